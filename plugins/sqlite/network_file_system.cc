#include "plugins/sqlite/network_file_system.h"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cstdint>

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

}  // namespace

bool is_on_network_file_system(const std::string& path) {
  struct statfs status;
  if (statfs(path.c_str(), &status) != 0) return false;
  const auto type = static_cast<uint32_t>(status.f_type);
  return std::find(kNetworkTypes.begin(), kNetworkTypes.end(), type) != kNetworkTypes.end();
}

}  // namespace relayburn
