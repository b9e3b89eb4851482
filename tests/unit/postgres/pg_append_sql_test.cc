#include "plugins/postgres/pg_append_sql.h"

#include <catch2/catch.hpp>

namespace relayburn {
namespace {

TEST_CASE("what is there is asked for by key, with what the merge rule compares") {
  CHECK(present_sql(describe(Kind::Compaction), "\"s\".") ==
        "SELECT u.place, t.revision, t.tie, t.ts FROM pg_catalog.unnest($1) WITH ORDINALITY AS u "
        "(id, place) CROSS JOIN LATERAL (SELECT * FROM \"s\".\"compaction\" WHERE id = u.id OFFSET "
        "0) "
        "AS t");
  CHECK(present_sql(describe(Kind::Sighting), "\"s\".") ==
        "SELECT u.place, t.revision, t.tie FROM pg_catalog.unnest($1) WITH ORDINALITY AS u (id, "
        "place) CROSS JOIN LATERAL (SELECT * FROM \"s\".\"sighting\" WHERE id = u.id OFFSET 0) AS "
        "t");
}

TEST_CASE("a record is written where it is new, or greater by revision, earlier time and tie") {
  CHECK(
      write_sql(describe(Kind::Sighting), "\"s\".") ==
      "WITH written AS (INSERT INTO \"s\".\"sighting\" AS t (id, revision, tie, \"source\", "
      "\"session_id\", \"host_id\", \"cwd\", \"remote\") SELECT "
      "pg_catalog.unnest($1), "
      "pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4), pg_catalog.unnest($5), "
      "pg_catalog.unnest($6), pg_catalog.unnest($7), pg_catalog.unnest($8) "
      "ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, tie = excluded.tie, "
      "\"source\" = excluded.\"source\", \"session_id\" = excluded.\"session_id\", \"host_id\" = "
      "excluded.\"host_id\", \"cwd\" = excluded.\"cwd\", \"remote\" = excluded.\"remote\", "
      "is_repaired = true WHERE (excluded.revision, excluded.tie) > (t.revision, t.tie) "
      "RETURNING t.is_repaired) SELECT pg_catalog.count(*) - pg_catalog.count(is_repaired) AS "
      "inserted, pg_catalog.count(is_repaired) AS updated FROM written");
  const std::string turn = write_sql(describe(Kind::Turn), "\"s\".");
  CHECK(turn.find("WHERE (excluded.revision, coalesce(t.ts, 'infinity'), excluded.tie) > "
                  "(t.revision, coalesce(excluded.ts, 'infinity'), t.tie)") != std::string::npos);
}

}  // namespace
}  // namespace relayburn
