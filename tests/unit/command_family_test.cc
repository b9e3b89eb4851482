#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "core/records/activity.h"

namespace relayburn {
namespace {

// Each command alone, at the end of a pipeline, behind an assignment, and as part of longer words.
void check_family(const std::string& family, const std::vector<std::string>& commands) {
  for (const std::string& command : commands) {
    CAPTURE(command);
    CHECK(command_family(command) == family);
    CHECK(command_family("cd /x && " + command + " | tail -5") == family);
    CHECK(command_family("CI=1 NAME_2='a b' " + command) == family);
    CHECK(command_family("./x/" + command) == family);
    CHECK(command_family("x" + command) == "");
  }
}

TEST_CASE("testing", "[command_family]") {
  check_family("testing", {"pytest -q",
                           "pytest",
                           "vitest run",
                           "bun test",
                           "jest",
                           "mocha",
                           "rspec",
                           "phpunit",
                           "go test ./...",
                           "cargo test",
                           "npm test",
                           "npm run test",
                           "yarn test",
                           "yarn run test",
                           "pnpm test",
                           "pnpm  run\ttest:unit",
                           "bun run test",
                           "node --test",
                           "make test",
                           "ctest",
                           "playwright test",
                           "cypress run",
                           "puppeteer"});
  CHECK(command_family("python -m pytest tests") == "testing");
  CHECK(command_family("npx jest") == "testing");
  CHECK(command_family("npm run testing") == "");
  CHECK(command_family("npm runtest") == "");
  CHECK(command_family("node --testing") == "");
  CHECK(command_family("pytester") == "");
}

TEST_CASE("review and git", "[command_family]") {
  check_family("review",
               {"git status", "git diff --stat", "git show HEAD", "git log -5", "git blame a.cc",
                "gh pr view 5", "gh pr diff", "gh pr checks", "gh run view 12"});
  check_family("git",
               {"git push", "git pull", "git fetch", "git commit -m x", "git merge a",
                "git rebase main", "git checkout -b x", "git cherry-pick abc", "git reset --hard",
                "git revert HEAD", "git switch x", "git tag v1", "git stash pop"});
  CHECK(command_family("git add -A") == "");
  CHECK(command_family("git -C /x status") == "");
  CHECK(command_family("git cherry") == "");
  CHECK(command_family("gh pr create") == "");
  CHECK(command_family("git statuses") == "");
  CHECK(command_family("git diff-tree HEAD") == "review");  // '-' ends a word
  CHECK(command_family("GIT STATUS") == "");
}

TEST_CASE("dependencies", "[command_family]") {
  check_family(
      "deps", {"npm install",          "npm ci",          "yarn add x",      "pnpm remove x",
               "bun uninstall x",      "npm update",      "yarn upgrade",    "pip install -r r.txt",
               "pip3 uninstall x",     "uv add x",        "uv remove x",     "uv sync",
               "poetry add x",         "poetry remove x", "poetry install",  "poetry update",
               "cargo add x",          "cargo remove x",  "cargo update",    "go get x",
               "go mod tidy",          "go mod download", "bundle install",  "bundle update",
               "bundle add x",         "gem install x",   "gem uninstall x", "brew install x",
               "brew uninstall x",     "brew upgrade",    "brew update",     "apt install x",
               "apt-get install -y x", "apt remove x",    "apt-get remove x"});
  CHECK(command_family("python3 -m pip install x") == "deps");
  CHECK(command_family("uv pip install x") == "deps");
  CHECK(command_family("sudo apt-get update") == "");
  CHECK(command_family("npm i") == "");
  CHECK(command_family("npm run install") == "");
  CHECK(command_family("go mod init") == "");
}

TEST_CASE("formatting", "[command_family]") {
  check_family(
      "format",
      {"prettier --write .", "prettier . -w", "prettier -w src", "eslint . --fix", "biome format",
       "biome check --apply", "biome check src --apply-unsafe", "black .", "ruff format", "isort .",
       "rustfmt a.rs", "cargo fmt", "cargo fmt --all", "gofmt -l .", "goimports", "dprint fmt"});
  CHECK(command_family("prettier .") == "");
  CHECK(command_family("prettier -watch") == "");
  CHECK(command_family("prettier --writer") == "");
  CHECK(command_family("prettier .\n--write") == "");  // on one line
  CHECK(command_family("prettier --check a; prettier -w b") == "format");
}

TEST_CASE("verification", "[command_family]") {
  check_family("verification", {"npm run lint",
                                "yarn lint",
                                "pnpm run typecheck",
                                "bun typecheck",
                                "prettier . --check",
                                "eslint src",
                                "biome check",
                                "black . --check",
                                "black --check .",
                                "ruff check",
                                "flake8",
                                "mypy .",
                                "pyright",
                                "tsc --noEmit",
                                "tsc",
                                "cargo check",
                                "cargo fmt --check",
                                "cargo fmt --all -- --check",
                                "golangci-lint run",
                                "shellcheck a.sh",
                                "hadolint Dockerfile",
                                "terraform validate",
                                "make lint",
                                "make check",
                                "make typecheck",
                                "make verify"});
  CHECK(command_family("black a --check\nblack b") == "format");
  CHECK(command_family("black a\n--check") == "format");
  CHECK(command_family("golangci run") == "");
  CHECK(command_family("make checks") == "");
}

TEST_CASE("building and deploying", "[command_family]") {
  check_family("build-deploy", {"docker build .",     "docker compose build",
                                "docker push x",      "cargo build --release",
                                "go build ./...",     "make build",
                                "make release",       "make dist",
                                "make package",       "make deploy",
                                "npm run build",      "yarn build",
                                "webpack build",      "vite build",
                                "next build",         "rollup build",
                                "esbuild build",      "tsc --build",
                                "tsc  --build x",     "pm2 restart x",
                                "kubectl apply -f x", "kubectl rollout status",
                                "kubectl set image",  "helm install x",
                                "helm upgrade x",     "terraform apply",
                                "terraform plan",     "terraform destroy",
                                "serverless deploy",  "vercel deploy",
                                "netlify deploy",     "flyctl deploy",
                                "railway up",         "sst deploy"});
  CHECK(command_family("pm2") == "");
  CHECK(command_family("docker compose push") == "");
  CHECK(command_family("docker compose up") == "");
  CHECK(command_family("tsc -p . --build") == "verification");
}

TEST_CASE("the first family of the table wins, wherever it stands", "[command_family]") {
  CHECK(command_family("npm run build && npm test") == "testing");
  CHECK(command_family("git push && git status") == "review");
  CHECK(command_family("npm install; git commit") == "git");
  CHECK(command_family("eslint a --fix\neslint b") == "format");
  CHECK(command_family("tsc --build && tsc") == "verification");
  CHECK(command_family("npm\ninstall") == "deps");
}

TEST_CASE("leading assignments are not commands", "[command_family]") {
  CHECK(command_family("PAGER='git log' ls") == "");
  CHECK(command_family("X=\"npm \\\" test\" ls") == "");
  CHECK(command_family("X=jest Y=mocha ls") == "");
  CHECK(command_family("  X=jest ls") == "");
  CHECK(command_family("x=jest ls") == "testing");
  CHECK(command_family("ls X=jest") == "testing");
  CHECK(command_family("2X=jest ls") == "testing");
  CHECK(command_family("") == "");
  CHECK(command_family("=") == "");
  CHECK(command_family("A=") == "");
}

TEST_CASE("very long commands take no longer than they should", "[command_family]") {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "eslint prettier ";
  CHECK(command_family(text) == "verification");
  std::string lines;
  for (int i = 0; i < 200'000; ++i) lines += "prettier .\n";
  CHECK(command_family(lines) == "");
  CHECK(command_family("npm" + std::string(1'000'000, ' ') + "test") == "testing");
}

}  // namespace
}  // namespace relayburn
