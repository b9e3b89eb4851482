#include "core/billing/report_json.h"

#include <simdjson.h>

#include <algorithm>

#include "core/base/json_padding.h"
#include "core/base/json_validity.h"
#include "core/base/utf8.h"

namespace relayburn {
namespace {

namespace ondemand = simdjson::ondemand;
using ondemand::json_type;

static_assert(kJsonPadding >= simdjson::SIMDJSON_PADDING);

constexpr std::string_view kBlanks = " \t\r\n";
constexpr int kMaxDepth = 4;  // of objects inside a result

std::string_view trimmed(std::string_view token) {
  const size_t last = token.find_last_not_of(kBlanks);
  return token.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

ReportFields::Type type_of(json_type type) {
  switch (type) {
    case json_type::string:
      return ReportFields::Type::String;
    case json_type::number:
      return ReportFields::Type::Number;
    case json_type::null:
      return ReportFields::Type::Null;
    default:
      return ReportFields::Type::Flag;
  }
}

class JsonReportReader {
 public:
  JsonReportReader(const ReportText& report, const std::function<void(const ReportBucket&)>& sink)
      : report_(report), sink_(sink) {}

  bool read() {
    size_t at = skip_blanks(0);
    if (at == report_.text.size()) fail(at, "expected JSON, got nothing");
    for (; at < report_.text.size(); at = skip_blanks(at)) {
      const size_t length = extent(at);
      read_text(report_.text.substr(at, length));
      at += length;
    }
    return has_more_;
  }

 private:
  [[noreturn]] void fail(size_t offset, const std::string& problem) const {
    report_.fail(offset, problem);
  }
  [[noreturn]] void expect(size_t offset, const std::string& pointer, const char* what) const {
    fail(offset, (pointer.empty() ? "" : pointer + ": ") + std::string("expected ") + what);
  }

  size_t offset_of(ondemand::value& value) const {
    return static_cast<size_t>(value.raw_json_token().data() - report_.text.data());
  }
  size_t skip_blanks(size_t at) const {
    return std::min(report_.text.find_first_not_of(kBlanks, at), report_.text.size());
  }

  // Returns how long the page that begins there is. An array of pages is the rest of the file.
  size_t extent(size_t at) const {
    const std::string_view rest = report_.text.substr(at);
    if (rest.front() == '[') return rest.size();
    if (rest.front() != '{') fail(at, "not valid JSON: expected a page, which begins with {");
    const size_t length = object_extent(rest);
    if (length == 0) fail(report_.text.size(), "not valid JSON: the last page is cut short");
    return length;
  }

  void read_text(std::string_view text) {
    const auto begin = static_cast<size_t>(text.data() - report_.text.data());
    if (!validator_.is_valid(text))
      fail(static_cast<size_t>(broken_json_line(text) - report_.text.data()), "not valid JSON");
    try {
      ondemand::document document =
          parser_.iterate(text.data(), text.size(), text.size() + kJsonPadding);
      if (text.front() == '[') {
        read_pages(document.get_array());
      } else {
        read_page(document.get_object(), begin, "");
      }
    } catch (const simdjson::simdjson_error& error) {
      fail(begin, std::string("cannot be read as JSON: ") + error.what());
    }
  }

  void read_pages(ondemand::array pages) {
    size_t number = 0;
    for (ondemand::value page : pages) {
      const std::string pointer = "/" + std::to_string(number++);
      const size_t offset = offset_of(page);
      if (page.type() != json_type::object) expect(offset, pointer, "a page: an object");
      read_page(page.get_object(), offset, pointer);
    }
  }

  void read_page(ondemand::object page, size_t offset, const std::string& pointer) {
    bool has_data = false;
    has_more_ = false;
    for (ondemand::field field : page) {
      const std::string key(std::string_view(field.unescaped_key()));
      ondemand::value value = field.value();
      if (key == "has_more" && value.type() == json_type::boolean) has_more_ = value.get_bool();
      if (key != "data") continue;
      has_data = true;
      if (value.type() != json_type::array)
        expect(offset_of(value), pointer + "/data", "an array of buckets");
      read_buckets(value.get_array(), pointer + "/data");
    }
    if (!has_data)
      expect(offset, pointer,
             "a page of a usage or cost report, which has \"data\" (an error of the API has not)");
  }

  void read_buckets(ondemand::array buckets, const std::string& pointer) {
    size_t number = 0;
    for (ondemand::value bucket : buckets) {
      const std::string here = pointer + "/" + std::to_string(number++);
      const size_t offset = offset_of(bucket);
      if (bucket.type() != json_type::object) expect(offset, here, "a bucket: an object");
      read_bucket(bucket.get_object(), offset, here);
    }
  }

  void read_bucket(ondemand::object object, size_t offset, const std::string& pointer) {
    ReportBucket bucket{ReportFields(report_, pointer, offset), {}};
    bool has_results = false;
    for (ondemand::field field : object) {
      const std::string key(std::string_view(field.unescaped_key()));
      ondemand::value value = field.value();
      if (key != "results") {
        add_field(bucket.bounds, key, value, 0);
        continue;
      }
      has_results = true;
      if (value.type() != json_type::array)
        expect(offset_of(value), pointer + "/results", "an array");
      read_results(value.get_array(), pointer + "/results", bucket.results);
    }
    if (!has_results)
      expect(offset, pointer, "a bucket of a usage or cost report, with \"results\"");
    sink_(bucket);
  }

  void read_results(ondemand::array array, const std::string& pointer,
                    std::vector<ReportFields>& results) {
    for (ondemand::value value : array) {
      const std::string here = pointer + "/" + std::to_string(results.size());
      const size_t offset = offset_of(value);
      if (value.type() != json_type::object) expect(offset, here, "an object");
      ReportFields& result = results.emplace_back(report_, here, offset);
      add_members(result, "", value.get_object(), 0);
    }
  }

  void add_members(ReportFields& fields, const std::string& prefix, ondemand::object object,
                   int depth) {
    for (ondemand::field field : object) {
      const std::string key = prefix + std::string(std::string_view(field.unescaped_key()));
      add_field(fields, key, field.value(), depth);
    }
  }

  // Arrays and what lies deep is of no form that we know, and is passed over.
  void add_field(ReportFields& fields, const std::string& name, ondemand::value value, int depth) {
    const json_type type = value.type();
    if (type == json_type::array) return;
    if (type == json_type::object) {
      if (depth < kMaxDepth) add_members(fields, name + ".", value.get_object(), depth + 1);
      return;
    }
    ReportFields::Field field{type_of(type), "", offset_of(value)};
    if (type == json_type::string) {
      field.text = storable(value.get_string());
    } else {
      field.text = trimmed(value.raw_json_token());
    }
    fields.set(name, std::move(field));
  }

  const ReportText& report_;
  const std::function<void(const ReportBucket&)>& sink_;
  JsonValidator validator_;
  ondemand::parser parser_;
  bool has_more_ = false;
};

}  // namespace

bool read_json_report(const ReportText& report,
                      const std::function<void(const ReportBucket&)>& sink) {
  return JsonReportReader(report, sink).read();
}

}  // namespace relayburn
