#pragma once

#include <memory>
#include <mutex>
#include <vector>

namespace bulkmarc {

/// Makes objects and hands them out again and again, first the one that was returned last, whose memory is still in the
/// caches. Owns all of them. Thread-safe.
template <class T>
class Pool {
 public:
  T* take() {
    const std::scoped_lock lock(mutex_);
    if (idle_.empty()) return all_.emplace_back(std::make_unique<T>()).get();
    T* object = idle_.back();
    idle_.pop_back();
    return object;
  }
  void give_back(T* object) {
    const std::scoped_lock lock(mutex_);
    idle_.push_back(object);
  }
  /// Takes it back, and frees its memory.
  void discard(T* object) {
    const std::scoped_lock lock(mutex_);
    std::erase_if(all_, [object](const std::unique_ptr<T>& owned) { return owned.get() == object; });
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<T>> all_;
  std::vector<T*> idle_;
};

}  // namespace bulkmarc
