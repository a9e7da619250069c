// Tensors from bytes and back, what a tensor is, and freeing.
#include <ATen/ops/empty.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cstring>

#include "environment.h"
#include "exchange.h"

namespace retort {
namespace {

struct Bytes {
  uint8_t* data;
  size_t size;
};

Bytes bytes_of(const Napi::Value& value) {
  auto view = value.As<Napi::Uint8Array>();
  return {view.Data(), view.ByteLength()};
}

std::vector<int64_t> sizes_of(const Napi::Value& value) {
  auto array = value.As<Napi::Array>();
  std::vector<int64_t> sizes(array.Length());
  for (uint32_t i = 0; i < sizes.size(); ++i) sizes[i] = array.Get(i).As<Napi::Number>().Int64Value();
  return sizes;
}

double handle_of(const Napi::Value& value) { return value.As<Napi::Number>().DoubleValue(); }

// create(bytes, dtype, shape): a new tensor on the CPU with a copy of the bytes.
Napi::Value create(const Napi::CallbackInfo& info) {
  const Bytes bytes = bytes_of(info[0]);
  const at::ScalarType type = scalar_type(info[1].As<Napi::String>());
  at::Tensor tensor = at::empty(sizes_of(info[2]), at::TensorOptions().dtype(type).device(at::kCPU));
  if (tensor.nbytes() != bytes.size) {
    throw std::invalid_argument("the shape needs " + std::to_string(tensor.nbytes()) + " bytes, the data has " + std::to_string(bytes.size));
  }
  // Of bool libtorch knows the bytes 0 and 1 only.
  if (type == at::kBool) std::transform(bytes.data, bytes.data + bytes.size, tensor.data_ptr<bool>(), [](uint8_t byte) { return byte != 0; });
  else if (bytes.size) std::memcpy(tensor.data_ptr(), bytes.data, bytes.size);
  return Napi::Number::New(info.Env(), environment(info.Env()).handles.add(tensor));
}

// read(handle, bytes): copies the elements, in row-major order, into the bytes.
Napi::Value read(const Napi::CallbackInfo& info) {
  c10::NoGradGuard no_grad;
  const at::Tensor& given = environment(info.Env()).handles.tensor(handle_of(info[0]));
  const at::Tensor tensor = given.detach().to(at::kCPU).resolve_conj().resolve_neg().contiguous();
  const Bytes bytes = bytes_of(info[1]);
  if (tensor.nbytes() != bytes.size) {
    throw std::invalid_argument("the tensor has " + std::to_string(tensor.nbytes()) + " bytes, the array " + std::to_string(bytes.size));
  }
  if (bytes.size) std::memcpy(bytes.data, tensor.data_ptr(), bytes.size);
  return info.Env().Undefined();
}

// describe(handle): writes dtype, device type, device index, requires grad, is leaf, strided, storage offset, rank, sizes, strides
// into the exchange buffer. Answers the new buffer if a tensor of very many dimensions needed a larger one.
Napi::Value describe(const Napi::CallbackInfo& info) {
  auto& env = environment(info.Env());
  const at::Tensor& tensor = env.handles.tensor(handle_of(info[0]));
  const bool strided = tensor.layout() == at::kStrided;
  const bool moved = env.reserve(info.Env(), kFirstSlot + 8 + 2 * static_cast<size_t>(tensor.dim()), 0);
  double* at = env.exchange + kFirstSlot;
  *at++ = static_cast<double>(static_cast<int>(tensor.scalar_type()));
  *at++ = static_cast<double>(static_cast<int>(tensor.device().type()));
  *at++ = tensor.device().index();
  *at++ = tensor.requires_grad();
  *at++ = tensor.is_leaf();
  *at++ = strided;
  *at++ = strided ? static_cast<double>(tensor.storage_offset()) : 0;
  *at++ = static_cast<double>(tensor.dim());
  for (const int64_t size : tensor.sizes()) *at++ = static_cast<double>(size);
  if (strided) {
    for (const int64_t stride : tensor.strides()) *at++ = static_cast<double>(stride);
  }
  return moved ? Napi::Value(env.buffer.Value()) : info.Env().Undefined();
}

// free(): frees the handles in the exchange buffer.
Napi::Value free_handles(const Napi::CallbackInfo& info) {
  auto& env = environment(info.Env());
  // Destructors may run operators of this environment, so the list is copied out of the buffer they share.
  const double* from = env.exchange + kFirstSlot;
  const std::vector<double> handles(from, from + static_cast<size_t>(env.exchange[kCountSlot]));
  for (const double handle : handles) env.handles.free(handle);
  return info.Env().Undefined();
}

// alias(handle): a second handle to the same tensor.
Napi::Value alias(const Napi::CallbackInfo& info) {
  auto& handles = environment(info.Env()).handles;
  return Napi::Number::New(info.Env(), handles.add(handles.get(handle_of(info[0]))));
}

// dtypes(): the names of the dtypes, each at its number; names of device types likewise.
Napi::Value dtypes(const Napi::CallbackInfo& info) {
  auto names = Napi::Array::New(info.Env());
  for (int code = 0; code < static_cast<int>(at::ScalarType::NumOptions); ++code) {
    names.Set(static_cast<uint32_t>(code), scalar_type_name(static_cast<at::ScalarType>(code)));
  }
  return names;
}

Napi::Value device_types(const Napi::CallbackInfo& info) {
  auto names = Napi::Array::New(info.Env());
  for (int code = 0; code < static_cast<int>(c10::COMPILE_TIME_MAX_DEVICE_TYPES); ++code) {
    names.Set(static_cast<uint32_t>(code), c10::DeviceTypeName(static_cast<c10::DeviceType>(code), true));
  }
  return names;
}

}  // namespace

void define_tensors(Napi::Env, Napi::Object exports) {
  define<create>(exports, "create");
  define<read>(exports, "read");
  define<describe>(exports, "describe");
  define<free_handles>(exports, "free");
  define<alias>(exports, "alias");
  define<dtypes>(exports, "dtypes");
  define<device_types>(exports, "deviceTypes");
}

}  // namespace retort
