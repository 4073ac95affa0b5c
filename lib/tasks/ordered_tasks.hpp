#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace bulkmarc {

/// Has threads that can take work off the one that asks.
class TaskRunner {
 public:
  virtual ~TaskRunner() = default;

  /// Lets `task` run on any thread, soon, later or never. Thread-safe.
  virtual void run(std::function<void()> task) = 0;
  [[nodiscard]] virtual std::size_t threads() const = 0;
};

/// Items that one thread makes and takes back in the same order. The work on each of them in between is done by any
/// thread, once: by one of a TaskRunner's, or by the one that waits for it. Items are used again and again. Not
/// thread-safe.
template <class Item>
class OrderedTasks {
 public:
  /// `work` is called for several items at once.
  explicit OrderedTasks(std::function<void(Item&)> work) : work_(std::move(work)) {}
  /// Waits for the work that has begun; a task that comes later does nothing.
  ~OrderedTasks() {
    while (!begun_.empty()) pop();
  }
  OrderedTasks(const OrderedTasks&) = delete;
  OrderedTasks& operator=(const OrderedTasks&) = delete;

  /// Without a runner (nullptr), which it borrows, all is done by the thread that waits.
  void run_on(TaskRunner* runner) { runner_ = runner; }

  /// An item to be filled, as it was left when it was last used. One at a time.
  [[nodiscard]] Item& make() {
    if (idle_.empty()) idle_.push_back(std::make_shared<Slot>());
    return idle_.back()->item;
  }
  /// Lets the work begin on the item that make() has given.
  void begin() {
    const std::shared_ptr<Slot> slot = std::move(idle_.back());
    idle_.pop_back();
    begun_.push_back(slot);
    slot->state = State::kWaiting;
    // A task that was late last time is in time for this one, so there are never more of them than items.
    if (runner_ == nullptr || slot->has_task.exchange(true)) return;
    runner_->run([this, slot] {
      slot->has_task = false;
      if (slot->claim()) finish(*slot);
    });
  }

  /// How many items were begun and not yet taken back.
  [[nodiscard]] std::size_t size() const { return begun_.size(); }
  /// REQUIRES, as all below: size() is not 0.
  [[nodiscard]] bool is_first_done() const { return begun_.front()->state == State::kDone; }
  /// The first item, when its work is done. Does the work on it meanwhile, or on another one. Throws what the work on
  /// it has thrown.
  [[nodiscard]] Item& first() {
    Slot& slot = *begun_.front();
    while (slot.state != State::kDone) help();
    if (slot.error) std::rethrow_exception(slot.error);
    return slot.item;
  }
  /// The first item, worked on or not, when nobody works on it any more.
  [[nodiscard]] Item& withdraw_first() {
    Slot& slot = *begun_.front();
    if (slot.claim()) slot.state = State::kDone;
    slot.state.wait(State::kClaimed);
    return slot.item;
  }
  /// Takes the first item back, worked on or not.
  void pop() {
    static_cast<void>(withdraw_first());
    begun_.front()->error = nullptr;
    idle_.push_back(std::move(begun_.front()));
    begun_.pop_front();
  }

 private:
  enum class State { kIdle, kWaiting, kClaimed, kDone };
  struct Slot {
    Item item;
    std::atomic<State> state = State::kIdle;
    std::atomic<bool> has_task = false;
    std::exception_ptr error;

    /// True for one caller, who then does the work.
    bool claim() {
      State expected = State::kWaiting;
      return state.compare_exchange_strong(expected, State::kClaimed);
    }
  };

  void help() {
    for (const auto& slot : begun_) {
      if (slot->claim()) return finish(*slot);
    }
    begun_.front()->state.wait(State::kClaimed);
  }

  /// Never throws: nobody waits for the task itself.
  void finish(Slot& slot) noexcept {
    try {
      work_(slot.item);
    } catch (...) {
      slot.error = std::current_exception();
    }
    slot.state = State::kDone;
    slot.state.notify_all();
  }

  std::function<void(Item&)> work_;
  TaskRunner* runner_ = nullptr;
  std::deque<std::shared_ptr<Slot>> begun_;  // Tasks that come late hold theirs, too.
  std::vector<std::shared_ptr<Slot>> idle_;
};

}  // namespace bulkmarc
