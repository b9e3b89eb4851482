// A damaged ledger.jsonl is read, or is an Error, and nothing else. The first byte says whether the
// bytes are a whole file, or the lines of a batch whose header and commit line are right: no fuzzer
// finds a SHA-256.

#include "core/base/sha256.h"
#include "plugins/file/file_prune.h"
#include "plugins/file/file_snapshot.h"
#include "plugins/file/ledger_line.h"
#include "tests/fuzz/fuzz_target.h"

namespace relayburn {
namespace {

std::string batch_of(std::string_view lines) {
  const std::string header = header_line({kFileVersion, "ledger", {}});
  CommitLine commit;
  commit.previous = seal_of(std::string_view(header).substr(0, header.size() - 1)).value();
  commit.run = {"run", "host", 1};
  std::string text(lines);
  if (!text.ends_with('\n')) text += '\n';
  Sha256 hash;
  hash.update(text);
  commit.bytes = static_cast<int64_t>(text.size());
  commit.sha256 = hex_digest(hash.finish());
  return header + text + commit_line(commit);
}

void read_ledger(const std::string& path) {
  FileImage image(path);
  image.refresh();
  FileSnapshot snapshot(std::move(image));
  for (const Kind kind : kAllKinds) snapshot.scan(kind, {}, [&](Row row) { tie_of(kind, row); });
  snapshot.aggregate({{GroupColumn::Model, GroupColumn::QuarterHour}, {}, {}, {}, {}},
                     [](Row, const GroupSums&) {});
  snapshot.runs();
}

// What a prune keeps is a ledger again.
void prune(const std::string& path) {
  FileImage image(path);
  image.refresh();
  const MemoryFile pruned(prune_ledger(image, {{0}, {}, false}).text);
  FileImage again(pruned.path());
  again.refresh();
  for (const Kind kind : kAllKinds)
    require(kind == Kind::Content ||
                image.index(kind).entries().size() == again.index(kind).entries().size(),
            "a prune keeps all but content");
}

}  // namespace
}  // namespace relayburn

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace relayburn;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const MemoryFile file(data[0] == 'f' ? std::string(bytes) : batch_of(bytes));
  for (const auto use : {read_ledger, prune}) try {
      use(file.path());
    } catch (const Error&) {
      // said to the user
    }
  return 0;
}
