// Files as tensors: mapped, or read into memory of libtorch.
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "environment.h"

namespace retort {
namespace {

int descriptor_of(const Napi::Value& value) { return value.As<Napi::Number>().Int32Value(); }

// mapFile(descriptor): the bytes of the open file, mapped: read from the disk as they are touched, copied where they are written to.
// The mapping outlives the descriptor and ends with the last tensor that shares it. The counting allocator knows nothing of it.
Napi::Value map_file(const Napi::CallbackInfo& info) {
  const int descriptor = descriptor_of(info[0]);
  struct stat status;
  if (fstat(descriptor, &status) != 0) throw std::system_error(errno, std::generic_category());
  if (!S_ISREG(status.st_mode)) throw std::invalid_argument("only a regular file can be mapped");
  const auto options = at::TensorOptions().dtype(at::kByte).device(at::kCPU);
  at::Tensor tensor;
  if (status.st_size == 0) {
    tensor = at::empty({0}, options);
  } else {
    const auto size = static_cast<size_t>(status.st_size);
    // Private and writable: an in-place operator changes the process's own copy of a page, and cannot fault. Without a reservation,
    // since hardly any page is ever written to: a file larger than the memory can be mapped.
    void* data = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, descriptor, 0);
    if (data == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    tensor = at::from_blob(data, {status.st_size}, [size](void* mapped) { munmap(mapped, size); }, options);
  }
  return Napi::Number::New(info.Env(), environment(info.Env()).handles.add(tensor));
}

// viewBytes(handle, offset, dtype, shape): a tensor on a part of the bytes of another, which it keeps alive. Its storage is its own and
// begins with its first element, as if it had been read: what a view of the whole mapping may not do (view_as_complex at an odd offset,
// resizing, in-place changes while a neighbour is saved for backward), it may.
Napi::Value view_bytes(const Napi::CallbackInfo& info) {
  auto& handles = environment(info.Env()).handles;
  const at::Tensor whole = handles.tensor(info[0].As<Napi::Number>().DoubleValue());
  const int64_t offset = info[1].As<Napi::Number>().Int64Value();
  const at::ScalarType type = scalar_type(info[2].As<Napi::String>());
  auto array = info[3].As<Napi::Array>();
  std::vector<int64_t> sizes(array.Length());
  for (uint32_t i = 0; i < sizes.size(); ++i) sizes[i] = array.Get(i).As<Napi::Number>().Int64Value();
  const auto item = static_cast<int64_t>(c10::elementSize(type));
  const int64_t bytes = c10::multiply_integers(sizes) * item;
  if (!whole.is_contiguous() || offset < 0 || offset % item || bytes > static_cast<int64_t>(whole.nbytes()) - offset) {
    throw std::invalid_argument("such a tensor does not lie in these bytes");
  }
  char* data = static_cast<char*>(whole.data_ptr()) + offset;
  const auto options = at::TensorOptions().dtype(type).device(at::kCPU);
  at::Tensor part = bytes ? at::from_blob(data, sizes, [whole](void*) {}, options) : at::empty(sizes, options);
  return Napi::Number::New(info.Env(), handles.add(part));
}

// readFile(descriptor, position, handle): fills the memory of a contiguous tensor from the file.
Napi::Value read_file(const Napi::CallbackInfo& info) {
  const int descriptor = descriptor_of(info[0]);
  const int64_t position = info[1].As<Napi::Number>().Int64Value();
  const at::Tensor& tensor = environment(info.Env()).handles.tensor(info[2].As<Napi::Number>().DoubleValue());
  if (!tensor.device().is_cpu() || !tensor.is_contiguous()) throw std::invalid_argument("only a contiguous tensor of the CPU can be filled");
  auto* data = static_cast<char*>(tensor.data_ptr());
  const size_t size = tensor.nbytes();
  for (size_t done = 0; done < size;) {
    const ssize_t count = pread(descriptor, data + done, size - done, position + static_cast<int64_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw std::system_error(errno, std::generic_category());
    if (count == 0) throw std::runtime_error("the file ended early");
    done += static_cast<size_t>(count);
  }
  return info.Env().Undefined();
}

}  // namespace

void define_files(Napi::Env, Napi::Object exports) {
  define<map_file>(exports, "mapFile");
  define<view_bytes>(exports, "viewBytes");
  define<read_file>(exports, "readFile");
}

}  // namespace retort
