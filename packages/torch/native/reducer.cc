// Gradients averaged over the ranks while they are computed, by c10d's Reducer.
#include "c10d.h"

#ifdef USE_C10D_GLOO

#include "averaging.h"
#include "callbacks.h"
#include "environment.h"

#include <algorithm>
#include <cstring>
#include <functional>

namespace retort {
namespace {

class Averager;

// Those of this thread whose backward is to come.
thread_local std::vector<std::shared_ptr<Averager>> prepared;

using Buckets = std::vector<std::vector<size_t>>;

// The ranks as a Reducer sees them: before the first sum of a backward they compare what it is.
class ComparedRanks final : public c10d::ProcessGroup {
 public:
  ComparedRanks(Group& group, std::function<void()> compare)
      : ProcessGroup(group.store, group.rank, group.size), gloo_(group.gloo), compare_(std::move(compare)) {
    setBackend(c10::DeviceType::CPU, BackendType::GLOO, gloo_);
    setDefaultBackend(BackendType::GLOO);
    setGroupName("retort");
  }

  c10::intrusive_ptr<c10d::Work> allreduce(std::vector<at::Tensor>& tensors, const c10d::AllreduceOptions& options) override {
    compare_();
    return gloo_->allreduce(tensors, options);
  }

 private:
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo_;
  std::function<void()> compare_;
};

// What ranks are about to average, which is told while they begin.
class Comparison {
 public:
  explicit Comparison(Group& group) : group_(group) {}

  void begin(const uint8_t* record, size_t bytes) {
    record_ = at::empty({static_cast<int64_t>(bytes)}, at::kByte);
    std::memcpy(record_.data_ptr(), record, bytes);
    records_ = at::empty({group_.size, record_.numel()}, at::kByte);
    std::vector<at::Tensor> input{record_};
    std::vector<std::vector<at::Tensor>> outputs{records_.unbind(0)};
    done_ = false;
    work_ = group_.gloo->allgather(outputs, input);
  }

  // Waits until all ranks are in a backward, and throws unless it is the same: buckets of other sizes would end the process.
  void end() {
    if (!work_) return;
    const auto work = std::move(work_);
    work_.reset();
    work->wait();
    done_ = true;
    const auto* all = static_cast<const uint8_t*>(records_.data_ptr());
    for (int rank = 0; rank < group_.size; ++rank) {
      const bool same = std::memcmp(all + rank * record_.numel(), record_.data_ptr(), kHashBytes) == 0;
      TORCH_CHECK(same, "the ranks are at different operations");
    }
  }

  const at::Tensor* records() const { return done_ ? &records_ : nullptr; }

 private:
  static constexpr size_t kHashBytes = 8;
  Group& group_;
  at::Tensor record_, records_;
  c10::intrusive_ptr<c10d::Work> work_;
  bool done_ = false;
};

// c10d's, with buckets that stay as they are.
class Averager : public c10d::Reducer {
 public:
  Averager(Group& group, const std::shared_ptr<Comparison>& comparison, std::vector<at::Tensor> parameters, Buckets buckets,
           int64_t first_bytes, int64_t bytes, bool unused)
      : Reducer(parameters, std::move(buckets), c10::make_intrusive<ComparedRanks>(group, [comparison] { comparison->end(); }),
                std::vector<bool>(parameters.size(), false), bytes, unused, /*gradient_as_bucket_view=*/true, {}, first_bytes,
                /*skip_all_reduce_unused_params=*/false, /*use_python_reducer=*/false, {}),
        group(group),
        comparison(comparison) {
    // As if they had been built anew: what is counted for another layout is never used, and would grow with each step.
    has_rebuilt_bucket_ = true;
  }

  Group& group;
  const std::shared_ptr<Comparison> comparison;

  // Whether there is still something to average of the backward that was prepared.
  bool awaits_gradients() const { return expect_autograd_hooks_; }
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
  auto averager = std::make_shared<Averager>(group, std::make_shared<Comparison>(group), std::move(parameters), buckets, first_bytes,
                                             bytes, info[4].As<Napi::Boolean>().Value());
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

// c10d warns where every parameter is used though some need not be: that is no mistake here.
class Silence final : public c10::WarningHandler {
 public:
  void process(const c10::Warning&) override {}
};

// prepareReducer(reducer, outputs, record)
Napi::Value prepare_reducer(const Napi::CallbackInfo& info) {
  auto& averager = averager_of(info[0]);
  const auto record = info[2].As<Napi::Uint8Array>();
  const auto outputs = tensors_of(info, 1);
  {
    Silence silence;
    const c10::WarningUtils::WarningHandlerGuard guard(&silence);
    averager->prepare_for_backward(outputs);
  }
  averager->comparison->begin(record.Data(), record.ByteLength());
  prepared.push_back(averager);
  return info.Env().Undefined();
}

// isPrepared(reducer): whether its backward is still to come
Napi::Value is_prepared(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), std::find(prepared.begin(), prepared.end(), averager_of(info[0])) != prepared.end());
}

// reducerRecords(reducer): what the ranks had to compare, or null where that has not come to an end
Napi::Value reducer_records(const Napi::CallbackInfo& info) {
  const at::Tensor* records = averager_of(info[0])->comparison->records();
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
