#include "run.hpp"

#include <chrono>
#include <semaphore>
#include <set>
#include <system_error>

#include <nanobind/stl/string.h>
#include <bulkmarc/error.hpp>

#include "process.hpp"

namespace {

/// How soon a threading.Event is noticed. To ask it takes the GIL, and that delays who has it.
constexpr std::chrono::milliseconds kEventInterval{50};
/// A signal ends the waiting, unless another thread has got it, or it came just before.
constexpr std::chrono::milliseconds kSignalInterval{1000};

/// All that exist; guarded by the GIL.
std::set<Run*>& runs() {
  static std::set<Run*> all;
  return all;
}

}  // namespace

std::string message_of(const nb::python_error& error) {
  try {
    return nb::cast<std::string>(error.type().attr("__name__")) + ": " + nb::cast<std::string>(nb::str(error.value()));
  } catch (const std::exception&) {
    return "an exception of Python's";
  }
}

struct Run::Call {
  const std::function<void()>& function;
  bool failed = false;
  std::binary_semaphore answered{0};
};

Run::Run(nb::object stop, nb::object progress) : stop_(std::move(stop)), progress_(std::move(progress)) {
  if (std::stop_source* source = nullptr; nb::try_cast(stop_, source, false) && source != nullptr) {
    stop_source_ = *source;
    stop_ = nb::none();
  }
  longest_ = stop_.is_none() ? kSignalInterval : kEventInterval;
  runs().insert(this);
}

Run::~Run() {
  runs().erase(this);
  cancel();
}

void Run::cancel_all() {
  const std::set<Run*> all = runs();
  for (Run* const run : all) {
    if (runs().contains(run)) run->cancel();  // Other threads may end some meanwhile.
  }
}

void Run::forget_all() { runs().clear(); }

void Run::start(std::function<void()> work) {
  Process::begin_run();
  try {
    thread_ = std::thread([this, work = std::move(work)] {
      std::exception_ptr failure;
      try {
        work();
      } catch (...) {
        failure = std::current_exception();
      }
      const std::lock_guard lock(mutex_);
      failure_ = std::move(failure);
      ended_ = true;
      wake_all();
    });
  } catch (const std::system_error& error) {
    throw bulkmarc::Error(bulkmarc::ErrorCode::kThreadStart, {}, "a thread could not be started", error.code().value());
  }
}

bool Run::wait_until(const std::function<bool()>& ready) {
  bool is_ready = false;
  bool has_ended = false;
  while (!is_ready && !has_ended) {
    Call* call = nullptr;
    {
      const nb::gil_scoped_release released;
      std::unique_lock lock(mutex_);
      if (calls_.empty() && !ended_ && !ready()) {
        ++waiting_;
        lock.unlock();
        wakeup_.wait(longest_);
        lock.lock();
        --waiting_;
      }
      if (!calls_.empty()) {
        call = calls_.front();
        calls_.pop_front();
      } else {
        is_ready = ready();
        has_ended = !is_ready && ended_;
      }
    }
    if (call != nullptr) answer(*call);
    if (!has_ended && !raised_) look_for_signals();
    if (raised_) {
      join();
      std::rethrow_exception(std::exchange(raised_, nullptr));
    }
  }
  if (is_ready) return true;
  join();
  if (failure_) std::rethrow_exception(failure_);
  return false;
}

void Run::wait_for_end() {
  while (wait_until([] { return false; })) {
  }
}

void Run::cancel() {
  abandon("cancelled");
  join();
}

void Run::in_python(const std::function<void()>& function) {
  Call call{function};
  {
    const std::lock_guard lock(mutex_);
    if (abandoned_) throw PythonRaised(why_abandoned_);
    calls_.push_back(&call);
    wake_all();
  }
  call.answered.acquire();
  if (call.failed) throw PythonRaised(why_abandoned_);
}

void Run::wake() {
  const std::lock_guard lock(mutex_);
  wake_all();
}

void Run::wake_all() {
  for (std::size_t i = 0; i < waiting_; ++i) wakeup_.wake();
}

void Run::answer(Call& call) {
  try {
    call.function();
  } catch (const nb::python_error& error) {
    raised_ = std::current_exception();
    abandon(message_of(error));
    call.failed = true;
  } catch (const std::exception& error) {
    raised_ = std::current_exception();
    abandon(error.what());
    call.failed = true;
  }
  call.answered.release();
}

void Run::look_for_signals() {
  try {
    if (PyErr_CheckSignals() != 0) throw nb::python_error();
    if (!stop_.is_none() && nb::cast<bool>(stop_.attr("is_set")())) stop_source_.request_stop();
  } catch (const std::exception&) {
    raised_ = std::current_exception();
    abandon("interrupted");
  }
}

void Run::abandon(const std::string& why) {
  stop_source_.request_stop();
  const std::lock_guard lock(mutex_);
  if (!abandoned_) why_abandoned_ = why;
  abandoned_ = true;
  for (Call* call : calls_) {
    call->failed = true;
    call->answered.release();
  }
  calls_.clear();
  wake_all();
}

void Run::join() {
  const nb::gil_scoped_release released;
  const std::lock_guard lock(join_mutex_);  // Other threads of Python may be here.
  if (thread_.joinable()) thread_.join();
}

bool Run::has_ended() {
  const std::lock_guard lock(mutex_);
  return ended_;
}
