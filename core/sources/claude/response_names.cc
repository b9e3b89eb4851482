#include "core/sources/claude/response_names.h"

#include <algorithm>
#include <charconv>

#include "core/base/sha256.h"
#include "core/sources/claude/state_text.h"
#include "core/sources/record_writer.h"

namespace relayburn {
namespace {

constexpr size_t kMaxResponses = 16;
constexpr size_t kMaxTextBytes = 128;
constexpr std::string_view kApiPrefix = "msg_";

std::string bounded(std::string_view text) {
  return text.size() <= kMaxTextBytes ? std::string(text) : to_hex(hash_key(text));
}

// What is only compared is kept as a hash: a cursor must not hold names of a forgotten session.
std::string hashed(std::string_view text) { return to_hex(hash_key(text)); }

std::string chain_of(OptText agent, bool is_sidechain) {
  if (stated(agent)) return hashed(*agent);
  return is_sidechain ? "+" : "";
}

std::string id_of(const ResponseLine& line) {
  const OptText id = stated(line.id);
  return id ? hashed(*id) : "";
}

bool states_prompt_side(int64_t input, int64_t cache_read, int64_t cache_create) {
  return input != 0 || cache_read != 0 || cache_create != 0;
}

std::string full_name(const ResponseLine& line, std::string_view suffix) {
  const OptText id = stated(line.id);
  if (!id) return std::string(suffix);
  return std::string(*id) + std::string(suffix);
}

bool take_number(std::string_view& rest, int64_t& number) {
  const auto text = take_state_text(rest);
  if (!text) return false;
  const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), number);
  return problem == std::errc() && end == text->data() + text->size();
}

}  // namespace

bool is_named_by_api(const ResponseLine& line) {
  return stated(line.request) && line.id && line.id->starts_with(kApiPrefix);
}

ResponseNames::Response* ResponseNames::find(std::string_view id, std::string_view chain) {
  const auto found = std::find_if(responses_.begin(), responses_.end(), [&](const Response& each) {
    return each.id == id && each.chain == chain;
  });
  if (found == responses_.end()) return nullptr;
  std::rotate(found, found + 1, responses_.end());
  return &responses_.back();
}

// Returns the response of another chain that the line is a copy of: copies keep their time.
ResponseNames::Response* ResponseNames::find_copied(const ResponseLine& line, std::string_view id) {
  if (id.empty() || !line.ts) return nullptr;
  const auto found = std::find_if(responses_.begin(), responses_.end(), [&](const Response& each) {
    return each.id == id && each.since_us <= line.ts->us && line.ts->us <= each.until_us &&
           has_same_prompt_side(each, line);
  });
  return found == responses_.end() ? nullptr : &*found;
}

bool ResponseNames::has_id(std::string_view id) const {
  return std::any_of(responses_.begin(), responses_.end(),
                     [&](const Response& each) { return each.id == id; });
}

// A line without counts is of any response: some gateways count only when a response ends.
bool ResponseNames::has_same_prompt_side(const Response& response, const ResponseLine& line) {
  if (!states_prompt_side(line.input, line.cache_read, line.cache_create) ||
      !states_prompt_side(response.input, response.cache_read, response.cache_create))
    return true;
  return response.input == line.input && response.cache_read == line.cache_read &&
         response.cache_create == line.cache_create;
}

bool ResponseNames::is_next_response(const Response& response, const ResponseLine& line) {
  const OptText request = stated(line.request);
  if (request && !response.request.empty()) return response.request != hashed(*request);
  // A copied line keeps its time, whatever stands before it.
  if (line.ts && line.ts->us <= response.until_us) return false;
  if (response.has_prompt_after) return true;
  // Within a response the output only grows.
  if (response.has_user_line_after && line.output > 0 && line.output < response.output) return true;
  if (has_same_prompt_side(response, line)) return false;
  return response.has_user_line_after || !stated(line.id);
}

void ResponseNames::note(Response& response, const ResponseLine& line) {
  if (const OptText request = stated(line.request)) response.request = hashed(*request);
  if (states_prompt_side(line.input, line.cache_read, line.cache_create)) {
    response.input = line.input;
    response.cache_read = line.cache_read;
    response.cache_create = line.cache_create;
  }
  response.output = std::max(response.output, line.output);
  if (line.ts) {
    if (response.since_us == INT64_MIN) response.since_us = line.ts->us;
    response.until_us = std::max(response.until_us, line.ts->us);
  }
  response.has_prompt_after = response.has_user_line_after = false;
}

// An agent may have a log of its own, and copies in its parent's: the first response under an id
// has the same name in both, and another one than the parent's first.
std::string ResponseNames::first_suffix(const ResponseLine& line) {
  const OptText agent = stated(line.agent);
  return agent && !line.id->starts_with(kApiPrefix) ? "@" + bounded(*agent) : "";
}

std::string ResponseNames::name_of(const ResponseLine& line, std::string_view line_name) {
  const std::string id = id_of(line);
  std::string chain = chain_of(line.agent, line.is_sidechain);
  Response* response = find(id, chain);
  if (response != nullptr && !is_next_response(*response, line)) {
    note(*response, line);
    return full_name(line, response->suffix);
  }
  std::string suffix;
  if (id.empty()) {
    suffix = "uuid:" + bounded(line_name);
  } else if (response == nullptr) {
    if (const Response* original = find_copied(line, id)) return full_name(line, original->suffix);
    suffix = first_suffix(line);
    if (suffix.empty() && has_id(id)) suffix = "#" + bounded(line_name);
  } else {
    suffix = "#" + bounded(line_name);
  }
  if (response == nullptr) {
    if (responses_.size() == kMaxResponses) responses_.erase(responses_.begin());
    response = &responses_.emplace_back();
  }
  *response = Response();
  response->id = id;
  response->chain = std::move(chain);
  response->suffix = suffix;
  note(*response, line);
  return full_name(line, suffix);
}

void ResponseNames::note_user_line(OptText agent, bool is_sidechain, bool is_prompt) {
  if (responses_.empty()) return;
  const std::string chain = chain_of(agent, is_sidechain);
  for (Response& response : responses_) {
    if (response.chain != chain) continue;
    response.has_user_line_after = true;
    if (is_prompt) response.has_prompt_after = true;
  }
}

std::string ResponseNames::to_text() const {
  std::string text;
  for (const Response& each : responses_) {
    for (const std::string* part : {&each.id, &each.chain, &each.suffix, &each.request})
      append_state_text(text, *part);
    for (const int64_t number :
         {each.input, each.cache_read, each.cache_create, each.output, each.since_us, each.until_us,
          int64_t{each.has_prompt_after}, int64_t{each.has_user_line_after}})
      append_state_text(text, std::to_string(number));
  }
  return text;
}

bool ResponseNames::restore(std::string_view text) {
  responses_.clear();
  while (!text.empty()) {
    if (responses_.size() == kMaxResponses) return false;
    Response& each = responses_.emplace_back();
    for (std::string* part : {&each.id, &each.chain, &each.suffix, &each.request}) {
      const auto taken = take_state_text(text);
      if (!taken) return false;
      *part = *taken;
    }
    int64_t has_prompt = 0, has_user_line = 0;
    for (int64_t* number : {&each.input, &each.cache_read, &each.cache_create, &each.output,
                            &each.since_us, &each.until_us, &has_prompt, &has_user_line})
      if (!take_number(text, *number)) return false;
    each.has_prompt_after = has_prompt != 0;
    each.has_user_line_after = has_user_line != 0;
  }
  return true;
}

}  // namespace relayburn
