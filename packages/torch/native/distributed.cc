// Ranks: the store through which processes find each other, the group of them, what they do together.
#include "c10d.h"

#include "averaging.h"
#include "environment.h"

#ifdef USE_C10D_GLOO

#include <c10/util/Logging.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <thread>

namespace retort {
namespace {

using Milliseconds = std::chrono::milliseconds;

// Leaked: what is left of it when the process ends must not wait for other ranks.
struct Groups {
  std::mutex mutex;
  std::vector<std::unique_ptr<Group>> all;
};

Groups& groups() {
  static auto* groups = new Groups;
  return *groups;
}

// c10d writes what goes wrong to stderr, with stacks. It is all in the errors, so it is silent unless it was told a level.
void be_quiet() {
  static std::once_flag once;
  std::call_once(once, [] {
    const bool told = std::getenv("TORCH_CPP_LOG_LEVEL") != nullptr;
    if (!told) setenv("TORCH_CPP_LOG_LEVEL", "FATAL", 1);
    c10::initLogging();
    if (!told) unsetenv("TORCH_CPP_LOG_LEVEL");
  });
}

// What is left to do on JavaScript's thread, and what comes of it.
using Finish = std::function<Napi::Value(Napi::Env)>;

void call_done(Napi::Env env, const Napi::Function& done, const std::string& error, const Finish& finish) {
  if (!error.empty()) {
    done.Call({Napi::String::New(env, error)});
    return;
  }
  Napi::Value value;
  try {
    value = finish(env);
  } catch (const Napi::Error&) {
    throw;
  } catch (...) {
    done.Call({Napi::String::New(env, message_of(std::current_exception()))});
    return;
  }
  done.Call({env.Null(), value});
}

// Calls `done` on JavaScript's thread, from any other.
class Done {
 public:
  Done(Napi::Env env, const Napi::Value& done)
      : function_(Napi::ThreadSafeFunction::New(env, done.As<Napi::Function>(), "ranks", 0, 1)) {}

  void call(std::string error, Finish finish) {
    function_.NonBlockingCall([error = std::move(error), finish = std::move(finish)](Napi::Env env, Napi::Function done) {
      call_done(env, done, error, finish);
    });
    function_.Release();
  }

 private:
  Napi::ThreadSafeFunction function_;
};

std::string text_of(std::exception_ptr error) {
  const std::string text = message_of(error);
  return text.empty() ? "an error without a message" : text;
}

// Does the work on a thread of its own, since it may wait for other processes; then what is left on JavaScript's.
void aside(const Napi::CallbackInfo& info, size_t done_index, std::function<Finish()> work) {
  auto done = std::make_shared<Done>(info.Env(), info[done_index]);
  std::thread([done, work = std::move(work)] {
    std::string error;
    Finish finish;
    try {
      finish = work();
    } catch (...) {
      error = text_of(std::current_exception());
    }
    done->call(std::move(error), std::move(finish));
  }).detach();
}

// Waits for the work, or calls `done` when it is done, where that is given.
Napi::Value settle(const Napi::CallbackInfo& info, size_t done_index, const c10::intrusive_ptr<c10d::Work>& work, Finish finish) {
  if (!info[done_index].IsFunction()) {
    work->wait();
    return finish(info.Env());
  }
  auto done = std::make_shared<Done>(info.Env(), info[done_index]);
  work->getFuture()->addCallback([done, finish = std::move(finish)](c10::ivalue::Future& future) {
    std::string error;
    if (future.hasError()) error = text_of(future.exception_ptr());
    done->call(std::move(error), finish);
  });
  return info.Env().Undefined();
}

Napi::Value nothing(Napi::Env env) { return env.Undefined(); }

double number(const Napi::Value& value) { return value.As<Napi::Number>().DoubleValue(); }
int integer(const Napi::Value& value) { return static_cast<int>(number(value)); }
Milliseconds duration(const Napi::Value& value) { return Milliseconds(static_cast<int64_t>(number(value))); }
std::string text(const Napi::Value& value) { return value.As<Napi::String>().Utf8Value(); }

std::vector<std::string> texts(const Napi::Value& value) {
  const auto array = value.As<Napi::Array>();
  std::vector<std::string> result;
  for (uint32_t i = 0; i < array.Length(); ++i) result.push_back(text(array.Get(i)));
  return result;
}

// A socket that listens on one address alone: left to itself the store listens on all that the machine has.
int listen_on(const std::string& address, uint16_t port) {
  sockaddr_storage storage{};
  socklen_t length;
  if (auto* four = reinterpret_cast<sockaddr_in*>(&storage); inet_pton(AF_INET, address.c_str(), &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(port);
    length = sizeof *four;
  } else {
    auto* six = reinterpret_cast<sockaddr_in6*>(&storage);
    storage = {};
    TORCH_CHECK(inet_pton(AF_INET6, address.c_str(), &six->sin6_addr) == 1, "'", address, "' is no address");
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(port);
    length = sizeof *six;
  }
  const int descriptor = ::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  if (descriptor >= 0) ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (descriptor < 0 || ::bind(descriptor, reinterpret_cast<sockaddr*>(&storage), length) != 0 || ::listen(descriptor, 1024) != 0) {
    const std::string why = std::strerror(errno);
    if (descriptor >= 0) ::close(descriptor);
    TORCH_CHECK(false, why);
  }
  return descriptor;
}

// openStore({ file } or { host, port, listen?, serves }, prefix, size, milliseconds, done): the group's number
Napi::Value open_store(const Napi::CallbackInfo& info) {
  be_quiet();
  const auto where = info[0].As<Napi::Object>();
  const std::string prefix = text(info[1]);
  const int size = integer(info[2]);
  const Milliseconds timeout = duration(info[3]);
  std::function<c10::intrusive_ptr<c10d::Store>()> open;
  if (where.Has("file")) {
    open = [file = text(where.Get("file")), size] { return c10::make_intrusive<c10d::FileStore>(file, size); };
  } else {
    c10d::TCPStoreOptions options;
    options.port = static_cast<uint16_t>(integer(where.Get("port")));
    options.isServer = where.Get("serves").As<Napi::Boolean>().Value();
    options.waitWorkers = false;
    options.timeout = timeout;
    options.multiTenant = options.isServer;
    const std::string listen = where.Has("listen") ? text(where.Get("listen")) : "";
    open = [host = text(where.Get("host")), options, listen]() mutable {
      if (options.isServer && !listen.empty()) {
        options.masterListenFd = listen_on(listen, options.port);
        options.multiTenant = false;
      }
      return c10::make_intrusive<c10d::TCPStore>(host, options);
    };
  }
  aside(info, 4, [open = std::move(open), prefix, timeout]() -> Finish {
    auto group = std::make_unique<Group>();
    group->store = c10::make_intrusive<c10d::PrefixStore>(prefix, open());
    group->store->setTimeout(timeout);
    auto& [mutex, all] = groups();
    std::lock_guard<std::mutex> lock(mutex);
    all.push_back(std::move(group));
    return [id = all.size() - 1](Napi::Env env) { return Napi::Number::New(env, static_cast<double>(id)); };
  });
  return info.Env().Undefined();
}

// storeAdd(group, key, done): how often it has been added to
Napi::Value store_add(const Napi::CallbackInfo& info) {
  aside(info, 2, [store = group_of(number(info[0])).store, key = text(info[1])]() -> Finish {
    return [count = store->add(key, 1)](Napi::Env env) { return Napi::Number::New(env, static_cast<double>(count)); };
  });
  return info.Env().Undefined();
}

// storeSet(group, key, value, done)
Napi::Value store_set(const Napi::CallbackInfo& info) {
  aside(info, 3, [store = group_of(number(info[0])).store, key = text(info[1]), value = text(info[2])]() -> Finish {
    store->set(key, std::vector<uint8_t>(value.begin(), value.end()));
    return nothing;
  });
  return info.Env().Undefined();
}

// storeWait(group, keys, milliseconds, done): their values
Napi::Value store_wait(const Napi::CallbackInfo& info) {
  aside(info, 3, [store = group_of(number(info[0])).store, keys = texts(info[1]), timeout = duration(info[2])]() -> Finish {
    store->wait(keys, timeout);
    std::vector<std::string> values;
    for (const auto& key : keys) values.push_back(store->get_to_str(key));
    return [values = std::move(values)](Napi::Env env) -> Napi::Value {
      auto array = Napi::Array::New(env, values.size());
      for (uint32_t i = 0; i < values.size(); ++i) array.Set(i, Napi::String::New(env, values[i]));
      return array;
    };
  });
  return info.Env().Undefined();
}

// Which of the keys are there, as soon as all are, or when the time is up; none at all where the store does not answer in time.
struct Asked {
  std::mutex mutex;
  std::condition_variable changed;
  bool answered = false;
  bool ended = false;
  std::vector<bool> there;
};

// storeReport(group, key, keys, milliseconds): sets the key, and says which of the others are set within this time; null where the store does
// not answer. It waits on JavaScript's thread, but never for longer, whatever the store does.
Napi::Value store_report(const Napi::CallbackInfo& info) {
  const auto asked = std::make_shared<Asked>();
  const Milliseconds time = duration(info[3]);
  const auto end = std::chrono::steady_clock::now() + time;
  std::thread([asked, end, store = group_of(number(info[0])).store, key = text(info[1]), keys = texts(info[2])] {
    try {
      store->set(key, std::vector<uint8_t>{1});
      std::vector<bool> there(keys.size());
      while (true) {
        bool all = true;
        for (size_t i = 0; i < keys.size(); ++i) {
          if (!there[i]) there[i] = store->check({keys[i]});
          all = all && there[i];
        }
        {
          std::lock_guard<std::mutex> lock(asked->mutex);
          asked->there = there;
          asked->answered = true;
        }
        if (all || std::chrono::steady_clock::now() >= end) break;
        std::this_thread::sleep_for(Milliseconds(20));
      }
    } catch (...) {
      std::lock_guard<std::mutex> lock(asked->mutex);
      asked->answered = false;
    }
    std::lock_guard<std::mutex> lock(asked->mutex);
    asked->ended = true;
    asked->changed.notify_all();
  }).detach();
  std::unique_lock<std::mutex> lock(asked->mutex);
  asked->changed.wait_until(lock, end + Milliseconds(100), [&] { return asked->ended; });
  if (!asked->answered) return info.Env().Null();
  auto result = Napi::Array::New(info.Env(), asked->there.size());
  for (uint32_t i = 0; i < asked->there.size(); ++i) result.Set(i, Napi::Boolean::New(info.Env(), asked->there[i]));
  return result;
}

// connect(group, rank, size, milliseconds, address or null, done): an address of this machine, over which the ranks then speak
Napi::Value connect(const Napi::CallbackInfo& info) {
  Group& group = group_of(number(info[0]));
  const std::string address = info[4].IsString() ? text(info[4]) : "";
  aside(info, 5, [&group, rank = integer(info[1]), size = integer(info[2]), timeout = duration(info[3]), address]() -> Finish {
    using c10d::ProcessGroupGloo;
    auto options = address.empty() ? ProcessGroupGloo::Options::create_default(timeout) : ProcessGroupGloo::Options::create(timeout);
    if (!address.empty()) options->devices.push_back(ProcessGroupGloo::createDeviceForHostname(address));
    group.gloo = c10::make_intrusive<ProcessGroupGloo>(group.store, rank, size, options);
    group.rank = rank;
    group.size = size;
    return nothing;
  });
  return info.Env().Undefined();
}

// closeGroup(group, done): after a barrier, so that nothing is under way any more
Napi::Value close_group(const Napi::CallbackInfo& info) {
  Group& group = group_of(number(info[0]));
  aside(info, 1, [&group]() -> Finish {
    group.gloo.reset();
    group.store.reset();
    return nothing;
  });
  return info.Env().Undefined();
}

// failure(group): why it is broken, or null
Napi::Value failure(const Napi::CallbackInfo& info) {
  const auto why = group_of(number(info[0])).failure();
  return why ? Napi::Value(Napi::String::New(info.Env(), *why)) : info.Env().Null();
}

// breakGroup(group, why)
Napi::Value break_group(const Napi::CallbackInfo& info) {
  group_of(number(info[0])).fail(text(info[1]));
  return info.Env().Undefined();
}

const at::Tensor& tensor(const Napi::CallbackInfo& info, size_t index) {
  return environment(info.Env()).handles.tensor(number(info[index]));
}

// exchange(group, record, done?): the records of all ranks, one after the other; all are of the same length
Napi::Value exchange_records(const Napi::CallbackInfo& info) {
  Group& group = group_of(number(info[0]));
  const auto record = info[1].As<Napi::Uint8Array>();
  const auto bytes = static_cast<int64_t>(record.ByteLength());
  std::vector<at::Tensor> input{at::empty({bytes}, at::kByte)};
  std::memcpy(input[0].data_ptr(), record.Data(), record.ByteLength());
  const at::Tensor all = at::empty({group.size, bytes}, at::kByte);
  std::vector<std::vector<at::Tensor>> outputs{all.unbind(0)};
  return settle(info, 2, group.gloo->allgather(outputs, input), [all](Napi::Env env) -> Napi::Value {
    auto result = Napi::Uint8Array::New(env, all.numel());
    std::memcpy(result.Data(), all.data_ptr(), all.numel());
    return result;
  });
}

c10d::ReduceOp::RedOpType reduction(const std::string& name) {
  using c10d::ReduceOp;
  if (name == "min") return ReduceOp::MIN;
  if (name == "max") return ReduceOp::MAX;
  if (name == "product") return ReduceOp::PRODUCT;
  return ReduceOp::SUM;
}

// Tells autograd that a tensor has another value now.
Finish changed(const at::Tensor& tensor, const at::Tensor& result) {
  return [tensor, result](Napi::Env env) -> Napi::Value {
    const at::NoGradGuard without;
    if (result.is_alias_of(tensor)) tensor.unsafeGetTensorImpl()->bump_version();
    else tensor.detach().copy_(result);
    return env.Undefined();
  };
}

// allReduce(group, tensor, 'sum' | 'min' | 'max' | 'product', done?): in place
Napi::Value all_reduce(const Napi::CallbackInfo& info) {
  Group& group = group_of(number(info[0]));
  const at::NoGradGuard without;
  const at::Tensor given = tensor(info, 1);
  const at::Tensor values = given.detach().contiguous();
  c10d::AllreduceOptions options;
  options.reduceOp = reduction(text(info[2]));
  const bool is_bool = values.scalar_type() == at::kBool;
  std::vector<at::Tensor> inputs{values.is_complex() ? at::view_as_real(values) : is_bool ? values.view(at::kByte) : values};
  return settle(info, 3, group.gloo->allreduce(inputs, options), changed(given, values));
}

// The elements as bytes, which go between ranks whatever their dtype is.
at::Tensor bytes_of(const at::Tensor& values) { return values.reshape({-1}).view(at::kByte); }

// broadcast(group, tensor, source, done?): in place
Napi::Value broadcast(const Napi::CallbackInfo& info) {
  Group& group = group_of(number(info[0]));
  const at::NoGradGuard without;
  const at::Tensor given = tensor(info, 1);
  const at::Tensor values = given.detach().contiguous();
  c10d::BroadcastOptions options;
  options.rootRank = integer(info[2]);
  std::vector<at::Tensor> inputs{bytes_of(values)};
  return settle(info, 3, group.gloo->broadcast(inputs, options), changed(given, values));
}

constexpr int64_t kAlignment = 64;

// gather(group, tensors, rows, done?): of each rank each tensor, whose first size is as `rows` says, rank by rank. A tensor of no dimensions
// counts as one row. What comes back shares memory.
Napi::Value gather(const Napi::CallbackInfo& info) {
  Group& group = group_of(number(info[0]));
  const at::NoGradGuard without;
  const auto handles = info[1].As<Napi::Array>();
  const auto rows = info[2].As<Napi::Array>();
  std::vector<at::Tensor> tensors;
  for (uint32_t i = 0; i < handles.Length(); ++i) {
    tensors.push_back(environment(info.Env()).handles.tensor(number(handles.Get(i))).detach());
  }
  // Where each begins in its rank's bytes, and of which shape it is.
  struct Place {
    int64_t begin;
    int64_t bytes;
    std::vector<int64_t> shape;
  };
  std::vector<Place> places;
  int64_t most = kAlignment;  // Gloo takes no tensors without elements
  for (int rank = 0; rank < group.size; ++rank) {
    int64_t end = 0;
    for (size_t i = 0; i < tensors.size(); ++i) {
      auto shape = tensors[i].sizes().vec();
      if (!shape.empty()) shape[0] = static_cast<int64_t>(number(rows.Get(static_cast<uint32_t>(rank * tensors.size() + i))));
      int64_t bytes = static_cast<int64_t>(tensors[i].element_size());
      for (const int64_t size : shape) bytes *= size;
      places.push_back({end, bytes, std::move(shape)});
      end += (bytes + kAlignment - 1) / kAlignment * kAlignment;
    }
    most = std::max(most, end);
  }
  const at::Tensor all = at::empty({group.size, most}, at::kByte);
  const auto at_rank = [places, tensors, all](int rank, size_t i) {
    const Place& place = places[rank * tensors.size() + i];
    return all.select(0, rank).narrow(0, place.begin, place.bytes).view(tensors[i].scalar_type()).view(place.shape);
  };
  const Finish finish = [at_rank, size = group.size, count = tensors.size()](Napi::Env env) -> Napi::Value {
    auto& handles = environment(env).handles;
    auto result = Napi::Array::New(env, size * count);
    for (int rank = 0; rank < size; ++rank) {
      for (size_t i = 0; i < count; ++i) {
        result.Set(static_cast<uint32_t>(rank * count + i), Napi::Number::New(env, handles.add(at_rank(rank, i))));
      }
    }
    return result;
  };
  std::vector<at::Tensor> input{at::empty({most}, at::kByte)};
  for (size_t i = 0; i < tensors.size(); ++i) {
    const Place& place = places[group.rank * tensors.size() + i];
    if (place.bytes > 0) input[0].narrow(0, place.begin, place.bytes).view(tensors[i].scalar_type()).view(place.shape).copy_(tensors[i]);
  }
  std::vector<std::vector<at::Tensor>> outputs{all.unbind(0)};
  return settle(info, 3, group.gloo->allgather(outputs, input), finish);
}

Napi::Value has_gloo(const Napi::CallbackInfo& info) { return Napi::Boolean::New(info.Env(), true); }

}  // namespace

Group& group_of(double id) {
  auto& [mutex, all] = groups();
  std::lock_guard<std::mutex> lock(mutex);
  return *all.at(static_cast<size_t>(id));
}

void define_distributed(Napi::Env env, Napi::Object exports) {
  define<has_gloo>(exports, "hasGloo");
  define<open_store>(exports, "openStore");
  define<store_add>(exports, "storeAdd");
  define<store_set>(exports, "storeSet");
  define<store_wait>(exports, "storeWait");
  define<store_report>(exports, "storeReport");
  define<connect>(exports, "connect");
  define<close_group>(exports, "closeGroup");
  define<failure>(exports, "failure");
  define<break_group>(exports, "breakGroup");
  define<exchange_records>(exports, "exchangeRecords");
  define<all_reduce>(exports, "allReduce");
  define<broadcast>(exports, "broadcast");
  define<gather>(exports, "gather");
  define_reducers(env, exports);
}

}  // namespace retort

#else

namespace retort {
namespace {

Napi::Value has_gloo(const Napi::CallbackInfo& info) { return Napi::Boolean::New(info.Env(), false); }

}  // namespace

void define_distributed(Napi::Env, Napi::Object exports) { define<has_gloo>(exports, "hasGloo"); }

void finish_averaging(std::exception_ptr thrown) {
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace retort

#endif
