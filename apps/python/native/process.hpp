#pragma once

#include <memory>
#include <stdexcept>
#include <utility>

/// What a fork does: the child has none of the threads, neither those of a run nor those of oneTBB's pool, and what
/// they had locked stays locked.
class Process {
 public:
  /// To be called in the child.
  static void forked();
  /// To be called before a run starts. Throws std::runtime_error where a run had been started before the fork.
  static void begin_run();
  /// Differs before and after a fork.
  [[nodiscard]] static int generation();
};

/// Owns an object that has threads. In a child that was forked it can't be used, and is never destroyed.
template <class T>
class OfProcess {
 public:
  explicit OfProcess(std::unique_ptr<T> object) : object_(std::move(object)) {}
  ~OfProcess() {
    if (generation_ != Process::generation()) static_cast<void>(object_.release());
  }
  OfProcess(const OfProcess&) = delete;
  OfProcess& operator=(const OfProcess&) = delete;

  T& operator*() const {
    if (generation_ != Process::generation()) throw std::runtime_error("it was made before this process was forked");
    return *object_;
  }

 private:
  std::unique_ptr<T> object_;
  int generation_ = Process::generation();
};
