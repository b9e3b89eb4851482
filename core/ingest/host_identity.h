#pragma once
// Who this host is to a ledger (LEDGER.md 4). Neither id nor label is part of any record's key.

#include <string>

namespace relayburn {

// The machine's id as the system has it; empty where it has none.
std::string system_machine_id();

// Returns the random id of this machine, kept in `home`/hosts under a hash of the machine's id. It
// is made on first use, so a cloned image has its own, and machines that share a home keep theirs.
// The one that an older version kept in `home`/host.json is taken over by the machine it belongs
// to. Where none can be kept, it is a hash of machine id and home, so that it is the same next
// time.
std::string host_id(const std::string& home, const std::string& machine_id);

// The same without making or writing anything: the kept id, else the hash.
std::string host_id_as_kept(const std::string& home, const std::string& machine_id);

// user@host
std::string default_host_label();

}  // namespace relayburn
