#pragma once
// Who this host is to a ledger (LEDGER.md 4). Neither id nor label is part of any record's key.

#include <string>

namespace relayburn {

// The machine's id as the system has it; empty where it has none.
std::string system_machine_id();

// The random id kept in `home`/host.json; made on first use, and anew where the machine's id is
// another one than when it was made (a cloned image). Where it cannot be kept: a hash of machine id
// and home, so that it is the same next time.
std::string host_id(const std::string& home, const std::string& machine_id);

// The same without making or writing anything: the kept id, else the hash.
std::string host_id_as_kept(const std::string& home, const std::string& machine_id);

// user@host
std::string default_host_label();

}  // namespace relayburn
