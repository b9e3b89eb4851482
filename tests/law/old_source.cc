#include "tests/law/old_source.h"

#include <vector>

#include "core/records/kinds.h"
#include "core/records/merge.h"

namespace relayburn {
namespace {

constexpr int64_t kOneVersion = make_revision(2) - make_revision(1);

// Hands on what the newest reader finds as the old one would have found it.
class OldSink : public RecordSink {
 public:
  explicit OldSink(RecordSink& sink) : sink_(sink) {}

  Batch& batch() override { return found_; }
  void sighted(std::string_view source, OptText session, OptText cwd) override {
    sink_.sighted(source, session, cwd);
  }
  void issue(int64_t line, std::string_view problem) override { sink_.issue(line, problem); }
  void unknown(int64_t line, std::string_view problem) override { sink_.unknown(line, problem); }
  void rejected(int64_t line, std::string_view problem) override { sink_.rejected(line, problem); }
  void line_read() override { sink_.line_read(); }
  bool is_full() const override { return found_.is_full() || sink_.is_full(); }
  void checkpoint(const Cursor& cursor) override {
    hand_on();
    sink_.checkpoint(cursor);
  }

  void hand_on() {
    for (const Kind kind : kAllKinds)
      if (kind != Kind::ToolResult)
        for (size_t i = 0; i < found_.row_count(kind); ++i) hand_on(kind, found_.row(kind, i));
    found_.clear();
  }

 private:
  void hand_on(Kind kind, Row row) {
    std::vector<Cell> cells(row.begin(), row.end());
    cells[kRevisionColumn] = Cell::integer(cells[kRevisionColumn].integer() - kOneVersion);
    const auto& columns = describe(kind).columns;
    for (size_t i = 0; i < cells.size(); ++i)
      if (kind == Kind::Turn && columns[i].name == std::string_view("output"))
        cells[i] = Cell::integer(cells[i].integer() / 2);
    sink_.batch().add_row(kind, cells);
  }

  RecordSink& sink_;
  Batch found_;
};

class OldReader : public LogReader {
 public:
  explicit OldReader(std::unique_ptr<LogReader> newest) : newest_(std::move(newest)) {}

  int64_t read(Cursor cursor, RecordSink& sink) override {
    OldSink old(sink);
    const int64_t bytes = newest_->read(std::move(cursor), old);
    old.hand_on();
    return bytes;
  }

 private:
  std::unique_ptr<LogReader> newest_;
};

class OldSource : public Source {
 public:
  explicit OldSource(const Source& newest) : newest_(newest) {}

  std::string_view name() const override { return newest_.name(); }
  int64_t parser_version() const override { return newest_.parser_version() - 1; }
  std::vector<std::string> roots(const SourceEnvironment& environment) const override {
    return newest_.roots(environment);
  }
  bool is_log(std::string_view path) const override { return newest_.is_log(path); }
  void include_sidecar_files(Cursor& found) const override { newest_.include_sidecar_files(found); }
  bool keeps_state() const override { return newest_.keeps_state(); }
  int likeness(std::string_view head) const override { return newest_.likeness(head); }
  std::unique_ptr<LogReader> reader(const ReaderOptions& options) const override {
    return std::make_unique<OldReader>(newest_.reader(options));
  }

 private:
  const Source& newest_;
};

}  // namespace

std::unique_ptr<Source> old_version_of(const Source& source) {
  return std::make_unique<OldSource>(source);
}

}  // namespace relayburn
