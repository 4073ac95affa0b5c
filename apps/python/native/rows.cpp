#include "rows.hpp"

#include <functional>
#include <utility>

#include "capsule.hpp"
#include "inputs.hpp"
#include "process.hpp"
#include "run.hpp"
#include "told.hpp"

namespace {

/// A stream and the objects of Python that it reads.
struct Held {
  ArrowArrayStream stream{};
  Inputs inputs;
};

Held& held(ArrowArrayStream* stream) { return *static_cast<Held*>(stream->private_data); }

int get_schema(ArrowArrayStream* stream, ArrowSchema* out) {
  ArrowArrayStream& inner = held(stream).stream;
  return inner.get_schema(&inner, out);
}

int get_next(ArrowArrayStream* stream, ArrowArray* out) {
  ArrowArrayStream& inner = held(stream).stream;
  if (!held(stream).inputs.call_python()) return inner.get_next(&inner, out);
  // Whoever has the GIL lets go of it, as the threads of the stream want it.
  const nb::gil_scoped_acquire acquired;
  const nb::gil_scoped_release released;
  return inner.get_next(&inner, out);
}

const char* get_last_error(ArrowArrayStream* stream) {
  ArrowArrayStream& inner = held(stream).stream;
  return inner.get_last_error(&inner);
}

/// May be called in any thread, with the GIL or without it.
void release(ArrowArrayStream* stream) {
  const nb::gil_scoped_acquire acquired;
  Held* const all = &held(stream);
  {
    // The threads of the stream are waited for, and may want the GIL.
    const nb::gil_scoped_release released;
    all->stream.release(&all->stream);
  }
  delete all;
  stream->release = nullptr;
}

void with_the_gil(const std::function<void()>& function) {
  const nb::gil_scoped_acquire acquired;
  try {
    function();
  } catch (const nb::python_error& error) {
    throw PythonRaised(message_of(error));
  } catch (const std::exception& error) {
    throw PythonRaised(error.what());
  }
}

}  // namespace

Rows::Rows(Options options, nb::list inputs)
    : inputs_(std::move(inputs)),
      input_options_(options.input_options()),
      run_options_(options.run_options()),
      table_(*options.table(true)) {
  options.expect_none_left();
  run_options_.on_report = [ended = ended_](const bulkmarc::Report& report) {
    const std::lock_guard lock(ended->mutex);
    ended->report = report;
  };
}

nb::object Rows::stream() {
  Process::begin_run();
  auto inner = std::make_unique<Held>(Held{{}, Inputs(inputs_)});
  bulkmarc::Source source = inner->inputs.source(input_options_, with_the_gil);
  {
    const nb::gil_scoped_release released;
    bulkmarc::export_arrow({std::move(source), table_, run_options_}, &inner->stream);
  }
  auto stream = std::make_unique<ArrowArrayStream>();
  stream->get_schema = get_schema;
  stream->get_next = get_next;
  stream->get_last_error = get_last_error;
  stream->release = release;
  stream->private_data = inner.release();
  return capsule_of(std::move(stream), kStreamCapsule);
}

nb::object Rows::schema() const {
  ArrowArrayStream empty{};
  auto schema = std::make_unique<ArrowSchema>();
  {
    const nb::gil_scoped_release released;
    bulkmarc::export_arrow({bulkmarc::Source::records({}), table_}, &empty);
    empty.get_schema(&empty, schema.get());
    empty.release(&empty);
  }
  return capsule_of(std::move(schema), kSchemaCapsule);
}

std::optional<nb::tuple> Rows::report() const {
  const std::lock_guard lock(ended_->mutex);
  if (!ended_->report) return std::nullopt;
  return Told(*ended_->report).as_tuple();
}
