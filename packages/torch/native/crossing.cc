#include "crossing.h"

#include <ATen/ThreadLocalState.h>

#include <exception>
#include <stdexcept>

namespace retort {

struct Crossing::Errand {
  const std::function<void()>& work;
  at::ThreadLocalState state;
  std::exception_ptr error;
  bool done = false;

  void run() {
    at::ThreadLocalStateGuard guard(state);
    try {
      work();
    } catch (...) {
      error = std::current_exception();
    }
  }
};

void Crossing::away(const std::function<void()>& work) {
  // A hook may end the process, and then the environment goes while this waits, which must still have what it waits on.
  const auto alive = shared_from_this();
  Errand outside{work};
  std::unique_lock<std::mutex> lock(mutex_);
  std::thread thread([&] {
    prepare_();
    outside.run();
    std::lock_guard<std::mutex> lock(mutex_);
    outside.done = true;
    changed_.notify_all();
  });
  ++waiting_;
  while (changed_.wait(lock, [&] { return outside.done || !errands_.empty(); }), !errands_.empty()) {
    Errand* errand = errands_.front();
    errands_.pop_front();
    lock.unlock();
    errand->run();
    lock.lock();
    errand->done = true;
    changed_.notify_all();
  }
  --waiting_;
  lock.unlock();
  thread.join();
  if (outside.error) std::rethrow_exception(outside.error);
}

void Crossing::home(const std::function<void()>& work) {
  if (at_home()) return work();
  Errand errand{work};
  std::unique_lock<std::mutex> lock(mutex_);
  if (waiting_ == 0) throw std::runtime_error("a hook was reached on another thread while JavaScript was not waiting for it");
  errands_.push_back(&errand);
  changed_.notify_all();
  changed_.wait(lock, [&] { return errand.done; });
  if (errand.error) std::rethrow_exception(errand.error);
}

}  // namespace retort
