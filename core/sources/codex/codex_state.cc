#include "core/sources/codex/codex_state.h"

#include <charconv>
#include <type_traits>
#include <utility>

namespace relayburn {
namespace {

constexpr int64_t kFormat = 2;
constexpr int64_t kMaxItems = 4096;

template <class Archive, class Record>
void each_field(Archive& archive, Record& record);

// Numbers end in ';'. Texts are "<bytes>:" and the bytes; an absent one is "-".
class StateWriter {
 public:
  void value(int64_t number) { out += std::to_string(number) + ';'; }
  void value(bool flag) { value(int64_t{flag}); }
  void value(const std::string& text) { out += std::to_string(text.size()) + ':' + text; }
  void value(const Key& key) { value(std::string(key.view())); }
  void value(CodexPhase phase) { value(static_cast<int64_t>(phase)); }
  template <class T>
  void value(const std::optional<T>& optional) {
    if (!optional) {
      out += '-';
    } else {
      out += '+';
      value(*optional);
    }
  }
  template <class T>
  void value(const std::vector<T>& items) {
    value(static_cast<int64_t>(items.size()));
    for (const T& item : items) value(item);
  }
  template <class T>
  void value(const T& record) {
    each_field(*this, record);
  }

  std::string out;
};

class StateReader {
 public:
  explicit StateReader(std::string_view text) : rest_(text) {}

  bool is_whole() const { return is_good_ && rest_.empty(); }

  void value(int64_t& number) { number = take_number(';'); }
  void value(bool& flag) { flag = take_number(';') != 0; }
  void value(std::string& text) {
    const auto size = static_cast<size_t>(take_number(':'));
    if (!is_good_ || size > rest_.size()) return fail();
    text = rest_.substr(0, size);
    rest_.remove_prefix(size);
  }
  void value(Key& key) {
    std::string bytes;
    value(bytes);
    if (bytes.size() != key.bytes.size()) return fail();
    key = Key::of_bytes(bytes);
  }
  void value(CodexPhase& phase) {
    const int64_t number = take_number(';');
    if (number < 0 || number > static_cast<int64_t>(CodexPhase::Closed)) return fail();
    phase = static_cast<CodexPhase>(number);
  }
  template <class T>
  void value(std::optional<T>& optional) {
    optional.reset();
    const bool is_there = rest_.starts_with('+');
    if (!is_there && !rest_.starts_with('-')) return fail();
    rest_.remove_prefix(1);
    if (is_there) value(optional.emplace());
  }
  template <class T>
  void value(std::vector<T>& items) {
    const int64_t count = take_number(';');
    if (count < 0 || count > kMaxItems) return fail();
    items.clear();
    for (int64_t i = 0; is_good_ && i < count; ++i) value(items.emplace_back());
  }
  template <class T>
  void value(T& record) {
    each_field(*this, record);
  }

 private:
  void fail() {
    is_good_ = false;
    rest_ = {};
  }

  int64_t take_number(char end) {
    int64_t number = 0;
    const auto [behind, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    if (error != std::errc() || behind == rest_.data() + rest_.size() || *behind != end) {
      fail();
      return 0;
    }
    rest_.remove_prefix(static_cast<size_t>(behind - rest_.data()) + 1);
    return number;
  }

  std::string_view rest_;
  bool is_good_ = true;
};

template <class Archive, class... Fields>
void all(Archive& archive, Fields&... fields) {
  (archive.value(fields), ...);
}

template <class Archive, class Record>
void each_field(Archive& archive, Record& r) {
  using Plain = std::remove_const_t<Record>;
  if constexpr (std::is_same_v<Plain, CodexCounts>) {
    all(archive, r.input, r.cached, r.cache_write, r.output, r.reasoning);
  } else if constexpr (std::is_same_v<Plain, CodexCall>) {
    all(archive, r.id, r.name, r.args_hash, r.input_bytes, r.file_path, r.family, r.subagent_type,
        r.ts_us, r.under);
  } else if constexpr (std::is_same_v<Plain, CodexCountedTurn>) {
    all(archive, r.message_id, r.call_key, r.usage);
  } else if constexpr (std::is_same_v<Plain, CodexPlanlessTurn>) {
    all(archive, r.message_id, r.call_key, r.usage, r.model, r.service_tier, r.request_id, r.ts_us,
        r.keywords);
  } else {
    static_assert(std::is_same_v<Plain, CodexState>);
    all(archive, r.is_named, r.session, r.root, r.is_fork, r.is_sidechain, r.version, r.branch,
        r.remote, r.cwd, r.local_provider, r.model, r.service_tier, r.plan, r.turn_id, r.has_totals,
        r.totals, r.is_recorded, r.phase, r.message_id, r.keywords, r.counted, r.planless, r.calls,
        r.spawns);
  }
}

}  // namespace

size_t CodexCall::bytes() const {
  size_t bytes = id.size() + name.size() + under.size();
  for (const auto* text : {&file_path, &family, &subagent_type}) bytes += text->value_or("").size();
  return bytes + 128;
}

std::string to_text(const CodexState& state) {
  StateWriter writer;
  writer.value(kFormat);
  writer.value(state);
  return std::move(writer.out);
}

std::optional<CodexState> codex_state_from(std::string_view text) {
  CodexState state;
  if (text.empty()) return state;
  StateReader reader(text);
  int64_t format = 0;
  reader.value(format);
  if (format != kFormat) return std::nullopt;
  reader.value(state);
  if (!reader.is_whole()) return std::nullopt;
  return state;
}

}  // namespace relayburn
