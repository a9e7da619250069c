// The way between JavaScript's thread and those of the engine. On a CPU the engine works on the thread that calls it; for CUDA it has
// threads of its own, whose hooks must come home to JavaScript while JavaScript waits for them.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace retort {

class Crossing : public std::enable_shared_from_this<Crossing> {
 public:
  explicit Crossing(std::function<void()> prepare) : prepare_(std::move(prepare)) {}
  bool at_home() const { return std::this_thread::get_id() == home_; }
  // Runs `work` on a thread of its own, under this thread's modes, while this one, JavaScript's, does what others ask of it.
  void away(const std::function<void()>& work);
  // Runs `work` on JavaScript's thread under this thread's modes: at once where this is it. What it throws is thrown here.
  void home(const std::function<void()>& work);

 private:
  struct Errand;
  const std::thread::id home_ = std::this_thread::get_id();
  const std::function<void()> prepare_;  // what a new thread does first
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Errand*> errands_;
  int waiting_ = 0;  // how many calls of away() are under way: they nest
};

}  // namespace retort
