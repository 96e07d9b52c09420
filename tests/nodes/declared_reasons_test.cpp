// Every reason that a node's source names is declared in its specification, and nothing else is. Reads the sources.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>

#include "graph/spec.hpp"
#include "tests/paths.hpp"

namespace radflow {
namespace {

namespace fs = std::filesystem;
using Reasons = std::set<std::string>;

std::string text_of(const fs::path& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

void add_matches(const std::string& text, const char* pattern, Reasons& found) {
  const std::regex regex{pattern};
  for (std::sregex_iterator at{text.begin(), text.end(), regex}; at != std::sregex_iterator{}; ++at)
    for (std::size_t group = 1; group < at->size(); ++group)
      if ((*at)[group].matched) found.insert((*at)[group].str());
}

// Of functions outside a node's own folder.
const std::map<std::string, Reasons>& reasons_of_calls() {
  static const std::map<std::string, Reasons> calls{
      {"require_grey(", {"colour_not_supported"}},
      {"require_values(", {"codes_not_supported"}},
      {"require_monochrome2(", {"colour_not_supported", "monochrome1"}},
      {"require_same_grid(", {"geometry_mismatch"}},
      {"require_measurable(",
       {"colour_not_supported", "monochrome1", "geometry_mismatch", "no_valid_pixels"}},
      {"bins_of(", {"range_required"}},
      {"range_of(", {"range_required"}},
      {"charge(", {"too_large"}}};
  return calls;
}

// What a source gives itself: Error{"reason", ...}, also by a condition (?:), or returned in braces, or given to warn().
Reasons written_in(const std::string& text) {
  Reasons found;
  add_matches(text, R"re((?:^|[^A-Za-z])Error\{\s*"([a-z0-9_]+)")re", found);
  add_matches(text, R"re((?:^|[^A-Za-z])Error\{[^"{};]*\?\s*"([a-z0-9_]+)"\s*:\s*"([a-z0-9_]+)")re", found);
  add_matches(text, R"re(return \{\s*"([a-z0-9_]+)",)re", found);
  add_matches(text, R"re(warn\(\{\s*"([a-z0-9_]+)")re", found);
  return found;
}

Reasons reasons_in(const std::string& text) {
  Reasons found = written_in(text);
  for (const auto& [call, reasons] : reasons_of_calls())
    if (text.find(call) != std::string::npos) found.insert(reasons.begin(), reasons.end());
  return found;
}

bool is_node(const fs::path& file) {
  return file.extension() == ".cpp" && Registry::instance().find(ComponentKind::Node, file.stem().string()) &&
         text_of(file).find("const Register<") != std::string::npos;
}

// A node's own .cpp and what it includes of its folder; of decode, encode and classify, which are folders, all of it.
std::vector<fs::path> sources_of(const fs::path& node) {
  std::vector<fs::path> sources{node};
  const fs::path folder = node.parent_path();
  if (folder.filename() == node.stem() &&
      std::ranges::count_if(fs::directory_iterator{folder}, is_node) == 1) {
    for (const auto& entry : fs::recursive_directory_iterator{folder})
      if (entry.path().extension() == ".cpp") sources.push_back(entry.path());
    return sources;
  }
  Reasons included;
  add_matches(text_of(node), R"re(#include "nodes/([^"]+)\.hpp")re", included);
  for (const std::string& stem : included)
    if (const fs::path file = folder.parent_path() / (stem + ".cpp");
        fs::exists(file) && file.parent_path() == folder)
      sources.push_back(file);
  return sources;
}

Reasons names(const std::vector<ReasonSpec>& errors, const std::vector<ReasonSpec>& warnings = {}) {
  Reasons names;
  for (const ReasonSpec& reason : errors) names.emplace(reason.name);
  for (const ReasonSpec& reason : warnings) names.emplace(reason.name);
  return names;
}

TEST(DeclaredReasons, OfEveryNodeAreThoseThatItsSourceNames) {
  const fs::path root = source_folder;
  std::size_t walked = 0;
  for (const auto& entry : fs::recursive_directory_iterator{root / "nodes"}) {
    const fs::path file = entry.path();
    const Spec* spec = Registry::instance().find(ComponentKind::Node, file.stem().string());
    if (!is_node(file)) continue;
    ++walked;
    Reasons used;
    for (const fs::path& source : sources_of(file)) used.merge(reasons_in(text_of(source)));
    EXPECT_EQ(names(spec->errors, spec->warnings), used)
        << spec->name << ": declared, and named in the source";
    for (const ReasonSpec& reason : spec->errors) EXPECT_TRUE(reason.sentence.ends_with('.')) << reason.name;
    for (const ReasonSpec& reason : spec->warnings)
      EXPECT_TRUE(reason.sentence.ends_with('.')) << reason.name;
  }
  EXPECT_GE(walked, 19U);
}

TEST(DeclaredReasons, OfSharedFunctionsAreAllInTheTableAbove) {
  Reasons known;
  for (const auto& [call, reasons] : reasons_of_calls())
    if (call != "charge(") known.insert(reasons.begin(), reasons.end());
  Reasons written;
  for (const auto& entry : fs::recursive_directory_iterator{fs::path{source_folder} / "nodes/imaging"})
    if (entry.path().extension() == ".cpp") written.merge(written_in(text_of(entry.path())));
  EXPECT_EQ(written, known);
}

TEST(DeclaredReasons, OfAnyNodeAreThoseOfTheCallThatGuardsThem) {
  const std::string text = text_of(fs::path{source_folder} / "graph/run/guarded_call.cpp");
  Reasons written = written_in(text);
  add_matches(text, R"re(failed\("([a-z0-9_]+)")re", written);
  EXPECT_EQ(written, names({std::begin(errors_of_any_node), std::end(errors_of_any_node)}));
}

TEST(DeclaredReasons, AreFoundInTheFormsThatSourcesUse) {
  EXPECT_EQ(written_in("return Error{\"a\", x};"), Reasons{"a"});
  EXPECT_EQ(written_in("Error{\n   \"b\",\n x}"), Reasons{"b"});
  EXPECT_EQ(written_in("Error{cut ? \"c\" : \"d\", x}"), (Reasons{"c", "d"}));
  EXPECT_EQ(written_in("return {\"e\", x}; warn({\"f\", x}); throw ParamError{\"g\", x};"),
            (Reasons{"e", "f"}));
}

}  // namespace
}  // namespace radflow
