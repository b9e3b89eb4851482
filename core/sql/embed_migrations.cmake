# cmake -DDIALECT=sqlite -DINPUT_DIR=… -DOUTPUT=….cc -P embed_migrations.cmake
# Renders migrations/NNNN_name[.dialect].sql for one dialect into a C++ source. Unknown tokens fail the build.

set(tokens_sqlite
  "{{bytes}}" BLOB "{{integer}}" INTEGER "{{instant}}" INTEGER "{{flag}}" INTEGER "{{text}}" TEXT
  "{{identity}}" "INTEGER PRIMARY KEY" "{{schema}}" "")
set(tokens_postgres
  "{{bytes}}" pg_catalog.BYTEA "{{integer}}" BIGINT "{{instant}}" "TIMESTAMP WITH TIME ZONE" "{{flag}}" BOOLEAN
  "{{text}}" "pg_catalog.TEXT COLLATE pg_catalog.\"C\"" "{{identity}}" "BIGSERIAL PRIMARY KEY")

function(render text result)
  set(pairs ${tokens_${DIALECT}})
  while(pairs)
    list(POP_FRONT pairs token)
    list(POP_FRONT pairs replacement)
    string(REPLACE "${token}" "${replacement}" text "${text}")
  endwhile()
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

file(GLOB files ${INPUT_DIR}/*.sql)
list(SORT files)
set(entries "")
string(ASCII 1 semicolon)  # stands for ";" while CMake, whose lists it separates, handles the text
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME)
  if(NOT name MATCHES "^([0-9][0-9][0-9][0-9])_[a-z0-9_]+(\\.([a-z]+))?\\.sql$")
    message(FATAL_ERROR "migrations/${name}: not of the form NNNN_name[.dialect].sql")
  endif()
  set(number ${CMAKE_MATCH_1})
  set(only ${CMAKE_MATCH_3})
  if(only AND NOT only STREQUAL DIALECT)
    continue()
  endif()
  file(READ ${file} text)
  string(SHA256 digest "${text}")
  string(REPLACE ";" "${semicolon}" text "${text}")
  render("${text}" text)
  string(REGEX MATCH "{{[^}]*}}" left "${text}")
  if(left AND NOT left STREQUAL "{{schema}}")
    message(FATAL_ERROR "migrations/${name}: unknown token ${left}")
  endif()
  string(REPLACE "${semicolon}" ";" text "${text}")
  string(REGEX REPLACE "^0+" "" number "${number}")
  string(APPEND entries "    {${number}, \"${name}\", \"${digest}\", R\"sql(${text})sql\"},\n")
endforeach()

file(WRITE ${OUTPUT} "// Made from migrations/ for ${DIALECT}; do not edit.
#include \"core/sql/migration.h\"

namespace relayburn {
const std::vector<Migration>& ${DIALECT}_migrations();
const std::vector<Migration>& ${DIALECT}_migrations() {
  static const std::vector<Migration> steps = {
${entries}  };
  return steps;
}
}  // namespace relayburn
")
