#include "core/ingest/host_identity.h"

#include <pwd.h>
#include <simdjson.h>
#include <unistd.h>

#include <array>
#include <optional>

#include "core/base/file.h"
#include "core/base/json_writer.h"
#include "core/base/random.h"
#include "core/base/sha256.h"
#include "core/base/utf8.h"

namespace relayburn {
namespace {

struct Identity {
  std::string host_id;
  std::string machine;  // a hash: the machine's id itself is nobody's business
};

std::string machine_hash(const std::string& machine_id) {
  return to_hex(hash_key("relayburn machine|" + machine_id));
}

std::optional<Identity> read_identity(const std::string& path) {
  try {
    simdjson::dom::parser parser;
    const simdjson::padded_string json(read_whole_file(path));
    simdjson::dom::element root;
    std::string_view id, machine;
    if (parser.parse(json).get(root) || root["hostId"].get(id) || root["machine"].get(machine))
      return std::nullopt;
    if (!key_from_hex(id)) return std::nullopt;
    return Identity{std::string(id), std::string(machine)};
  } catch (const Error&) {
    return std::nullopt;
  }
}

void keep_identity(const std::string& path, const std::string& id, const std::string& machine) {
  std::string json;
  JsonWriter(json)
      .begin_object()
      .key("hostId")
      .string(id)
      .key("machine")
      .string(machine)
      .end_object();
  replace_file(path, json + "\n", true);
}

std::string folder_in(const std::string& home) { return home + "/hosts"; }

// One a machine: several may share a home.
std::string path_of(const std::string& home, const std::string& machine) {
  return folder_in(home) + "/" + machine + ".json";
}

std::optional<std::string> id_in(const std::string& path, const std::string& machine) {
  const std::optional<Identity> identity = read_identity(path);
  if (!identity || identity->machine != machine) return std::nullopt;
  return identity->host_id;
}

// Older versions kept one identity a home, that of the machine that came last.
std::optional<std::string> older_id(const std::string& home, const std::string& machine) {
  return id_in(home + "/host.json", machine);
}

std::string derived_id(const std::string& home, const std::string& machine_id) {
  return to_hex(hash_key(machine_id + "|" + home));
}

}  // namespace

std::string system_machine_id() {
  for (const char* path : {"/etc/machine-id", "/var/lib/dbus/machine-id"}) {
    try {
      std::string id = read_whole_file(path);
      while (!id.empty() && (id.back() == '\n' || id.back() == ' ')) id.pop_back();
      if (!id.empty()) return id;
    } catch (const Error&) {
      // Containers and minimal systems have none.
    }
  }
  return {};
}

std::string host_id(const std::string& home, const std::string& machine_id) {
  const std::string machine = machine_hash(machine_id);
  const std::string path = path_of(home, machine);
  if (const auto id = id_in(path, machine)) return *id;
  const std::optional<std::string> older = older_id(home, machine);
  try {
    make_directories(folder_in(home));
    const FileLock lock = FileLock::acquire(home + "/host.lock", 10000);
    if (const auto id = id_in(path, machine)) return *id;  // another process was faster
    const std::string id = older ? *older : random_id();
    keep_identity(path, id, machine);
    return id;
  } catch (const Error&) {
    return older ? *older : derived_id(home, machine_id);
  }
}

std::string host_id_as_kept(const std::string& home, const std::string& machine_id) {
  const std::string machine = machine_hash(machine_id);
  if (const auto id = id_in(path_of(home, machine), machine)) return *id;
  return older_id(home, machine).value_or(derived_id(home, machine_id));
}

std::string default_host_label() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  std::array<char, 4096> buffer;
  struct passwd entry;
  struct passwd* found = nullptr;
  getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found);
  const std::string user = found != nullptr ? found->pw_name : std::to_string(geteuid());
  std::string label;
  append_storable(label, user + "@" + host.data());
  return label;
}

}  // namespace relayburn
