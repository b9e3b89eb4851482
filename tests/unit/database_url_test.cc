#include "core/config/database_url.h"

#include <catch2/catch.hpp>

using namespace relayburn;
using Catch::Matchers::Contains;

namespace {

const std::string kNothing = "postgres://…";

struct Case {
  std::string url;
  std::string shown;
};

}  // namespace

TEST_CASE("a URL is shown without its secrets") {
  const auto [url, shown] = GENERATE(values<Case>({
      {"postgres://u:hunter2@db.example:5432/burn?sslmode=require",
       "postgres://u:***@db.example:5432/burn?sslmode=require"},
      {"postgresql://u:p%40%2Fss@h/db", "postgresql://u:***@h/db"},
      {"postgres://u:p?w#d@h/db", "postgres://u:***@h/db"},
      {"postgres://:hunter2@h", "postgres://:***@h"},
      {"postgres://u:@h/db", "postgres://u@h/db"},
      {"postgres://h:5432/db", "postgres://h:5432/db"},
      {"postgres://", "postgres://"},
      {"postgres:///db?host=/run/postgresql", "postgres:///db?host=/run/postgresql"},
      {"postgres://u:x@[::1]:5432,b:5433/db", "postgres://u:***@[::1]:5432,b:5433/db"},
      {"postgres://me%40tenant:x@h/db", "postgres://me@tenant:***@h/db"},
      {"postgres://h/db?user=u&password=hunter2", "postgres://h/db?user=u&password=***"},
      {"postgres://h/db?pass%77ord=hunter2&sslpassword=k",
       "postgres://h/db?password=***&sslpassword=***"},
      {"postgres://h/db?options=-c%20x%3Dhunter2", "postgres://h/db?options=***"},
  }));
  CHECK(redact_database_url(url) == shown);
}

TEST_CASE("a keyword string is shown without its secrets") {
  const auto [url, shown] = GENERATE(values<Case>({
      {"host=h user=u password=hunter2 dbname=d", "host=h user=u password=*** dbname=d"},
      {"password = 'a b\\' c' host = h", "password=*** host=h"},
      {"password=a\\ b host=h", "password=*** host=h"},
      {"host=h password=''", "host=h password="},
      {"service=prod", "service=prod"},
  }));
  CHECK(redact_database_url(url) == shown);
}

TEST_CASE("what does not parse surely is not shown") {
  const auto url = GENERATE(as<std::string>{},
                            "postgres://u:hun@ter2@h/db",           // '@' not escaped
                            "postgres://u:hun/ter2@h/db",           // '/' not escaped
                            "postgres://u:hunter2",                 // no host
                            "postgres://u:hunter2/db",              //
                            "postgres://u:1234567/db",              // no port has seven digits
                            "postgres://u%3Ahunter2@h/db",          // escaped once too often
                            "postgres://u:x@h:hunter2/db",          //
                            "postgres://u:x@[::1/db",               //
                            "postgres://u:x@h/db?hunter2",          // no '='
                            "postgres://u:x@h/db?passwrd=hunter2",  // a typo
                            "postgres://u:x@h/%zz",                 //
                            "postgres://u:x@h/a:hunter2",           //
                            "postgres://h/db?dbname=postgres%3A%2F%2Fu%3Ahunter2%40h",
                            "postgress://u:hunter2@h/db", "POSTGRES://u:hunter2@h/db",
                            "postgres:/u:hunter2@h/db?sslmode=require", "u:hunter2@h", "hunter2",
                            "password='hunter2", "password=hun ter2", "host=h pwd=hunter2",
                            "host=u:hunter2@h", "host=h password hunter2");
  CHECK(redact_database_url(url) == kNothing);
}

TEST_CASE("a password is noticed wherever it is") {
  const auto url = GENERATE(as<std::string>{}, "postgres://u:x@h/db", "postgres://h/db?password=x",
                            "postgres://h/db?pass%77ord=x", "postgres://h/db?sslpassword=x",
                            "postgres://h?passwrd=x", "host=h password=x", "host=h password = 'x'",
                            "postgres://u%3Ax@h", "postgres://u:secret", "postgres://u:a@b@h",
                            "password='x", "nonsense");
  CAPTURE(url);
  CHECK(holds_password(url));
}

TEST_CASE("a string without a password holds none") {
  const auto url =
      GENERATE(as<std::string>{}, "postgres://u@h:5432/db?sslmode=require", "postgres://u:@h/db",
               "postgres:///db?passfile=/home/u/.pgpass", "host=h user=u dbname=d", "service=prod",
               "host=h password=''", "postgres://h/db?some_new_parameter=1",
               "postgres://h?options=-csearch");
  CAPTURE(url);
  CHECK_FALSE(holds_password(url));
}
