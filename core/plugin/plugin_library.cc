#include "core/plugin/plugin_library.h"

#include <dlfcn.h>
#include <sys/stat.h>

#include <array>
#include <charconv>
#include <optional>

#include "core/base/error.h"
#include "core/base/file.h"

namespace relayburn {
namespace {

struct LibraryPackage {
  std::string_view library;
  std::string_view package;
};
constexpr LibraryPackage kPackages[] = {
    {"libpq.so.5", "libpq5"},
    {"libsqlite3.so.0", "libsqlite3-0"},
    {"libsimdjson.so.14", "libsimdjson14"},
    {"libcrypto.so.3", "libssl3"},
};

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

std::string or_null(const char* text) { return text != nullptr ? in_quotes(text) : "null"; }

std::string hexadecimal(uint64_t number) {
  std::array<char, 16> digits;
  const auto result = std::to_chars(digits.begin(), digits.end(), number, 16);
  return "0x" + std::string(digits.begin(), result.ptr);
}

std::string install_hint(std::string_view library) {
  for (const LibraryPackage& known : kPackages) {
    if (known.library == library) return "install " + std::string(known.package);
  }
  return "install the package that has " + std::string(library);
}

// The library that the loader says is not there; nullopt where it complains of something else, or
// of the plugin itself. Its words are "libpq.so.5: cannot open shared object file: No such file …".
std::optional<std::string> missing_library(std::string_view complaint,
                                           std::string_view plugin_file) {
  const size_t end = complaint.find(": cannot open shared object file: No such file");
  if (end == std::string_view::npos || complaint.substr(0, end) == plugin_file) return std::nullopt;
  return std::string(complaint.substr(0, end));
}

[[noreturn]] void throw_load_failure(std::string_view name, const std::string& file) {
  const char* words = dlerror();
  const std::string complaint = words != nullptr ? words : "no reason given";
  const std::string start = "cannot load plugin " + in_quotes(name) + ": ";
  if (const auto library = missing_library(complaint, file)) {
    throw Error(ErrorKind::PluginIncompatible,
                start + *library + " not found (needed by " + file + ")", install_hint(*library));
  }
  const bool names_file = complaint.find(file) != std::string::npos;
  throw Error(ErrorKind::PluginIncompatible,
              start + (names_file ? complaint : file + ": " + complaint), "reinstall relayburn");
}

bool is_same_file(int fd, const std::string& path) {
  struct stat opened;
  struct stat named;
  return fstat(fd, &opened) == 0 && stat(path.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

void* load_file(std::string_view name, const FoundPlugin& found) {
  const FileHandle closes_it(found.fd);
  // Never closed again, whatever comes: exceptions and vtables of the plugin live in it.
  void* library = dlopen(found.file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) throw_load_failure(name, found.file);
  // Only those who may write the folder can do this: an upgrade that runs right now.
  if (!is_same_file(found.fd, found.file)) {
    throw Error(ErrorKind::PluginIncompatible,
                "cannot use plugin " + in_quotes(name) + ": " + found.file +
                    " was replaced while it was loaded",
                "run again");
  }
  return library;
}

// Reads the descriptor field by field: what stands behind a field may be trusted only once the
// field is right.
class Handshake {
 public:
  Handshake(const PluginKind& kind, std::string_view name, const std::string& file)
      : kind_(kind), name_(name), file_(file) {}

  const PluginHead* run(void* library) const {
    const PluginHead* head = descriptor(library);
    if (head->magic != kPluginMagic) {
      refuse("its magic is " + hexadecimal(head->magic) + ", it must be " +
             hexadecimal(kPluginMagic));
    }
    check_abi(head->abi);
    check_stamp(head->build_stamp);
    if (head->name == nullptr || head->name != name_) {
      refuse("it names itself " + or_null(head->name) + ", not " + in_quotes(name_));
    }
    return head;
  }

  [[noreturn]] void refuse(const std::string& why, const std::string& hint = {}) const {
    throw Error(ErrorKind::PluginIncompatible,
                "cannot use plugin " + in_quotes(name_) + ": " + file_ + ": " + why, hint);
  }

 private:
  const PluginHead* descriptor(void* library) const {
    // A descriptor is a standard-layout struct: a pointer to it points to its head, too.
    using Door = const PluginHead* (*)();
    const auto door = reinterpret_cast<Door>(dlsym(library, kind_.symbol));
    if (door == nullptr) {
      refuse("it has no symbol " + std::string(kind_.symbol),
             "this is not a " + std::string(kind_.noun) + " plugin of relayburn");
    }
    const PluginHead* head = door();
    if (head == nullptr) refuse("it has no descriptor");
    return head;
  }

  void check_abi(uint32_t abi) const {
    if (abi == kind_.abi) return;
    refuse("its " + std::string(kind_.noun) + " ABI is " + std::to_string(abi) +
               ", this relayburn has " + std::to_string(kind_.abi),
           abi < kind_.abi ? "upgrade the plugin to the version of relayburn"
                           : "upgrade relayburn to the version of the plugin");
  }

  void check_stamp(const char* stamp) const {
    if (stamp != nullptr && std::string_view(stamp) == kBuildStamp) return;
    refuse("it was built as " + or_null(stamp) + ", this relayburn as " + in_quotes(kBuildStamp),
           "install relayburn and its plugins in the same version");
  }

  const PluginKind& kind_;
  std::string name_;
  std::string file_;
};

// The whole descriptor, once its head is known to be right.
template <class Plugin>
const Plugin* whole(const PluginKind& kind, const LoadedPlugin& loaded) {
  const auto* plugin = reinterpret_cast<const Plugin*>(loaded.head);
  if (plugin->open == nullptr)
    Handshake(kind, loaded.head->name, loaded.file).refuse("it has no open function");
  return plugin;
}

template <class Plugin, class Argument>
auto open_guarded(const Plugin& plugin, const std::string& file, const Argument& argument) {
  const std::string named = "plugin " + in_quotes(plugin.head.name);
  decltype(plugin.open(argument)) opened = nullptr;
  try {
    opened = plugin.open(argument);
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(ErrorKind::Internal, named + " failed to open its store: " + error.what());
  } catch (...) {
    throw Error(ErrorKind::Internal,
                named + " failed to open its store: it threw something that is no exception class");
  }
  if (opened == nullptr) {
    throw Error(ErrorKind::PluginIncompatible,
                "cannot use " + named + ": " + file + ": its open function gave nothing");
  }
  return std::unique_ptr<std::remove_pointer_t<decltype(opened)>>(opened);
}

}  // namespace

LoadedPlugin load_plugin(const PluginKind& kind, std::string_view name,
                         const PluginSearch& search) {
  const FoundPlugin found = find_plugin(kind, name, search);
  void* library = load_file(name, found);
  return {found.file, Handshake(kind, name, found.file).run(library)};
}

PluginLibrary PluginLibrary::load(std::string_view name, const PluginSearch& search) {
  const LoadedPlugin loaded = load_plugin(kStoragePlugins, name, search);
  return PluginLibrary(loaded.file, whole<StoragePlugin>(kStoragePlugins, loaded));
}

std::unique_ptr<StorageAdapter> PluginLibrary::open(const OpenContext& context) const {
  return open_guarded(*plugin_, file_, context);
}

RowsLibrary RowsLibrary::load(std::string_view name, const PluginSearch& search) {
  const LoadedPlugin loaded = load_plugin(kRowsPlugins, name, search);
  return RowsLibrary(loaded.file, whole<RowsPlugin>(kRowsPlugins, loaded));
}

std::unique_ptr<RowsFile> RowsLibrary::open(const std::string& path) const {
  return open_guarded(*plugin_, file_, path.c_str());
}

}  // namespace relayburn
