#include "core/report/build/filter_names.h"

#include <catch2/catch.hpp>

namespace relayburn {
namespace {

using Names = std::vector<std::string>;

const NameSet kModels = {"claude-haiku-4-5", "claude-opus-4-6", "claude-opus-4-6[1m]", "gpt-5",
                         "gpt-5-mini"};
const NameSet kProjects = {"/home/dev/shop", "github.com/acme/shop", "github.com/acme/bank.git"};

TEST_CASE("a name that is there stands for itself alone") {
  CHECK(matching_names("gpt-5", kModels) == Names{"gpt-5"});
  CHECK(matching_names("claude-opus-4-6[1m]", kModels) == Names{"claude-opus-4-6[1m]"});
}

TEST_CASE("the beginning of names, the last part of paths, and patterns will do") {
  CHECK(matching_names("claude-opus", kModels) == Names{"claude-opus-4-6", "claude-opus-4-6[1m]"});
  CHECK(matching_names("shop", kProjects) == Names{"/home/dev/shop", "github.com/acme/shop"});
  CHECK(matching_names("bank", kProjects) == Names{"github.com/acme/bank.git"});
  CHECK(matching_names("*haiku*", kModels) == Names{"claude-haiku-4-5"});
  CHECK(matching_names("gpt-?", kModels) == Names{"gpt-5"});
}

TEST_CASE("letters match in either case where nothing else does") {
  CHECK(matching_names("GPT-5", kModels) == Names{"gpt-5", "gpt-5-mini"});
  const NameSet both = {"Main", "main-2"};
  CHECK(matching_names("main", both) == Names{"main-2"});
}

TEST_CASE("the beginning of a word will do where nothing else does") {
  CHECK(matching_names("opus", kModels) == Names{"claude-opus-4-6", "claude-opus-4-6[1m]"});
  CHECK(matching_names("Haiku-4", kModels) == Names{"claude-haiku-4-5"});
  CHECK(matching_names("acme", kProjects) ==
        Names{"github.com/acme/bank.git", "github.com/acme/shop"});
  CHECK(matching_names("pus", kModels).empty());
}

TEST_CASE("what stands for nothing stands for nothing") {
  for (const char* value : {"pus", "claude-opus-5", "*sonnet*", "[", "gpt-5' OR '1'='1"}) {
    CAPTURE(value);
    CHECK(matching_names(value, kModels).empty());
  }
  CHECK(matching_names("", {}).empty());
}

TEST_CASE("the nearest names come first") {
  CHECK(nearest_names("opus", kModels).front() == "claude-opus-4-6");
  CHECK(nearest_names("claude-hiaku-4-5", kModels).front() == "claude-haiku-4-5");
  CHECK(nearest_names("shpo", kProjects).front() == "/home/dev/shop");
  CHECK(nearest_names("x", kModels).size() == 3);
  CHECK(nearest_names("x", {}).empty());
  CHECK(nearest_names(std::string(100'000, 'x'), kModels).size() == 3);
}

}  // namespace
}  // namespace relayburn
