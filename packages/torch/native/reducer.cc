// Gradients averaged over the ranks while they are computed, by c10d's Reducer.
#include "c10d.h"

#ifdef USE_C10D_GLOO

#include "averaging.h"
#include "callbacks.h"
#include "environment.h"

#include <algorithm>
#include <cstring>

namespace retort {
namespace {

class Averager;

// Those of this thread whose backward is to come.
thread_local std::vector<std::shared_ptr<Averager>> prepared;

using Buckets = std::vector<std::vector<size_t>>;

// c10d's, with buckets that stay as they are, and ranks that first compare what they are about to average.
class Averager : public c10d::Reducer {
 public:
  Averager(Group& group, std::vector<at::Tensor> parameters, Buckets buckets, int64_t first_bytes, int64_t bytes, bool unused)
      : Reducer(parameters, std::move(buckets), group.ranks, std::vector<bool>(parameters.size(), false), bytes, unused,
                /*gradient_as_bucket_view=*/true, {}, first_bytes, /*skip_all_reduce_unused_params=*/false,
                /*use_python_reducer=*/false, {}),
        group(group) {
    // As if they had been: what is counted up for another layout is never used, and would grow with each step.
    has_rebuilt_bucket_ = true;
  }

  Group& group;

  // Whether there is still something to average of the backward that was prepared.
  bool awaits_gradients() const { return expect_autograd_hooks_; }

  void prepare(const std::vector<at::Tensor>& outputs, const uint8_t* record, size_t bytes) {
    prepare_for_backward(outputs);
    record_ = at::empty({static_cast<int64_t>(bytes)}, at::kByte);
    std::memcpy(record_.data_ptr(), record, bytes);
    records_ = at::empty({group.size, record_.numel()}, at::kByte);
    std::vector<at::Tensor> input{record_};
    std::vector<std::vector<at::Tensor>> outputs_of_all{records_.unbind(0)};
    comparison_ = group.gloo->allgather(outputs_of_all, input);
  }

  // Waits until all ranks are in a backward, and throws unless it is the same: buckets of other sizes would end the process.
  void compare() {
    if (!comparison_) return;
    const auto comparison = std::move(comparison_);
    comparison_.reset();
    comparison->wait();
    compared_ = true;
    const auto* all = static_cast<const uint8_t*>(records_.data_ptr());
    for (int rank = 0; rank < group.size; ++rank) {
      const bool same = std::memcmp(all + rank * record_.numel(), record_.data_ptr(), kHashBytes) == 0;
      TORCH_CHECK(same, "the ranks are at different operations");
    }
  }

  // The records of all ranks, once they were compared.
  const at::Tensor* records() const { return compared_ ? &records_ : nullptr; }

  c10::intrusive_ptr<c10::ivalue::Future> average(at::Tensor& bucket) {
    compare();
    bucket.div_(group.size);
    std::vector<at::Tensor> tensors{bucket.is_complex() ? at::view_as_real(bucket) : bucket};
    return group.gloo->allreduce(tensors)->getFuture();
  }

 private:
  static constexpr size_t kHashBytes = 8;
  at::Tensor record_, records_;
  c10::intrusive_ptr<c10d::Work> comparison_;
  bool compared_ = false;
};

class Averaging final : public c10d::CommHookInterface {
 public:
  explicit Averaging(Averager& averager) : averager_(averager) {}

  c10::intrusive_ptr<c10::ivalue::Future> runHook(c10d::GradBucket& bucket) override { return averager_.average(bucket.getBufferRef()); }

  at::Tensor parseHookResult(const c10::IValue& result) override { return c10d::detail::parseCppCommHookResult(result); }

 private:
  Averager& averager_;
};

// Leaked, as groups are.
std::vector<std::shared_ptr<Averager>>& averagers() {
  thread_local auto* all = new std::vector<std::shared_ptr<Averager>>;
  return *all;
}

std::shared_ptr<Averager>& averager_of(const Napi::Value& id) {
  auto& found = averagers().at(static_cast<size_t>(id.As<Napi::Number>().DoubleValue()));
  TORCH_CHECK(found, "the Reducer has been disposed of");
  return found;
}

std::vector<at::Tensor> tensors_of(const Napi::CallbackInfo& info, size_t index) {
  const auto handles = info[index].As<Napi::Array>();
  std::vector<at::Tensor> tensors;
  for (uint32_t i = 0; i < handles.Length(); ++i) {
    tensors.push_back(environment(info.Env()).handles.tensor(handles.Get(i).As<Napi::Number>().DoubleValue()));
  }
  return tensors;
}

// In the order in which gradients come: those of the last parameters first, in a small bucket, so that averaging begins early.
Buckets buckets_of(const std::vector<at::Tensor>& parameters, size_t first_bytes, size_t bytes) {
  std::vector<at::Tensor> reversed(parameters.rbegin(), parameters.rend());
  std::vector<int64_t> indices(parameters.size());
  for (size_t i = 0; i < indices.size(); ++i) indices[i] = static_cast<int64_t>(indices.size() - 1 - i);
  return std::get<0>(c10d::compute_bucket_assignment_by_size(reversed, {first_bytes, bytes}, {}, indices));
}

// makeReducer(group, parameters, first bytes, bytes, unused): [its number, the buckets]
Napi::Value make_reducer(const Napi::CallbackInfo& info) {
  Group& group = group_of(info[0].As<Napi::Number>().DoubleValue());
  auto parameters = tensors_of(info, 1);
  const auto first_bytes = info[2].As<Napi::Number>().Int64Value(), bytes = info[3].As<Napi::Number>().Int64Value();
  auto buckets = buckets_of(parameters, first_bytes, bytes);
  auto averager = std::make_shared<Averager>(group, std::move(parameters), buckets, first_bytes, bytes, info[4].As<Napi::Boolean>().Value());
  averager->register_comm_hook(std::make_unique<Averaging>(*averager));
  averagers().push_back(std::move(averager));

  auto layout = Napi::Array::New(info.Env(), buckets.size());
  for (uint32_t i = 0; i < buckets.size(); ++i) {
    auto bucket = Napi::Array::New(info.Env(), buckets[i].size());
    for (uint32_t j = 0; j < buckets[i].size(); ++j) bucket.Set(j, Napi::Number::New(info.Env(), static_cast<double>(buckets[i][j])));
    layout.Set(i, bucket);
  }
  auto result = Napi::Array::New(info.Env(), 2);
  result.Set(0u, Napi::Number::New(info.Env(), static_cast<double>(averagers().size() - 1)));
  result.Set(1u, layout);
  return result;
}

// prepareReducer(reducer, outputs, record)
Napi::Value prepare_reducer(const Napi::CallbackInfo& info) {
  auto& averager = averager_of(info[0]);
  const auto record = info[2].As<Napi::Uint8Array>();
  averager->prepare(tensors_of(info, 1), record.Data(), record.ByteLength());
  prepared.push_back(averager);
  return info.Env().Undefined();
}

// isPrepared(reducer): whether its backward is still to come
Napi::Value is_prepared(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), std::find(prepared.begin(), prepared.end(), averager_of(info[0])) != prepared.end());
}

// reducerRecords(reducer): what the ranks had to compare, or null where that has not come to an end
Napi::Value reducer_records(const Napi::CallbackInfo& info) {
  const at::Tensor* records = averager_of(info[0])->records();
  if (!records) return info.Env().Null();
  auto result = Napi::Uint8Array::New(info.Env(), records->numel());
  std::memcpy(result.Data(), records->data_ptr(), records->numel());
  return result;
}

// disposeReducer(reducer)
Napi::Value dispose_reducer(const Napi::CallbackInfo& info) {
  auto& averager = averager_of(info[0]);
  averager->remove_autograd_hooks();
  std::erase(prepared, averager);
  averager.reset();
  return info.Env().Undefined();
}

}  // namespace

void finish_averaging(std::exception_ptr thrown) {
  if (prepared.empty()) {
    if (thrown) std::rethrow_exception(thrown);
    return;
  }
  std::vector<std::shared_ptr<Averager>> these;
  these.swap(prepared);
  if (thrown) {
    for (const auto& averager : these) averager->group.fail("backward: " + message_of(thrown));
    std::rethrow_exception(thrown);
  }
  for (const auto& averager : these) {
    if (!averager->awaits_gradients()) continue;
    std::string why = "no parameter got a gradient";
    try {
      averager->check_finalized();
    } catch (...) {
      why = message_of(std::current_exception());
    }
    averager->group.fail("backward: unfinished: " + why);
    throw std::runtime_error(why);
  }
}

void define_reducers(Napi::Env, Napi::Object exports) {
  define<make_reducer>(exports, "makeReducer");
  define<prepare_reducer>(exports, "prepareReducer");
  define<is_prepared>(exports, "isPrepared");
  define<reducer_records>(exports, "reducerRecords");
  define<dispose_reducer>(exports, "disposeReducer");
}

}  // namespace retort

#endif
