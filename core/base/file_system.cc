#include "core/base/file_system.h"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <sstream>

#include "core/base/file.h"

namespace relayburn {
namespace {

// Those without a name are not in every version of linux/magic.h. FUSE has local ones below it,
// too; nothing says which.
constexpr std::array<uint32_t, 15> kNetworkTypes = {
    NFS_SUPER_MAGIC,  SMB_SUPER_MAGIC,  CIFS_SUPER_MAGIC,  SMB2_SUPER_MAGIC,
    FUSE_SUPER_MAGIC, CEPH_SUPER_MAGIC, V9FS_MAGIC,        AFS_SUPER_MAGIC,
    AFS_FS_MAGIC,     CODA_SUPER_MAGIC, OCFS2_SUPER_MAGIC, 0x01161970,  // GFS2
    0x0BD00BD0,                                                         // Lustre
    0x47504653,                                                         // GPFS
    0x786F4256};                                                        // vboxsf

// A blank, tab, newline or backslash in a path is written as \\ooo.
std::string unescaped(const std::string& text) {
  std::string path;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 3 >= text.size()) {
      path += text[i];
      continue;
    }
    path += static_cast<char>(std::stoi(text.substr(i + 1, 3), nullptr, 8));
    i += 3;
  }
  return path;
}

bool is_below(const std::string& path, const std::string& mount) {
  return mount == "/" || path == mount || path.starts_with(mount + "/");
}

}  // namespace

bool is_on_network_file_system(const std::string& path) {
  struct statfs status;
  if (statfs(path.c_str(), &status) != 0) {
    const std::string folder = path.substr(0, path.rfind('/') + 1);
    if (errno != ENOENT || statfs(folder.c_str(), &status) != 0) return false;
  }
  const auto type = static_cast<uint32_t>(status.f_type);
  return std::find(kNetworkTypes.begin(), kNetworkTypes.end(), type) != kNetworkTypes.end();
}

// Each line of mountinfo: number, parent, device, root, mount point, options, optional fields, "-",
// type, … The last mount that covers the path is the one that is seen.
std::string file_system_type(const std::string& path) {
  const std::string whole = resolved_path(path);
  std::ifstream mounts("/proc/self/mountinfo");
  std::string type;
  size_t longest = 0;
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words(line);
    std::string word, mount;
    for (int i = 0; i < 5; ++i) words >> mount;
    mount = unescaped(mount);
    while (words >> word && word != "-") {
    }
    if (!(words >> word) || !is_below(whole, mount) || mount.size() < longest) continue;
    longest = mount.size();
    type = word;
  }
  return type;
}

}  // namespace relayburn
