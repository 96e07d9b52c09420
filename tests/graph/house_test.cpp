// The rules of the house, read from the sources: which folder may include which, no circles, no long files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "tests/paths.hpp"

namespace radflow {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Source {
  std::string path;  // "graph/run/stages.cpp"
  std::size_t lines = 0;
  std::vector<std::string> includes;  // all of them, without quotes or brackets
};
// By folder: the folders that it includes, each with a file that does.
using Edges = std::map<std::string, std::map<std::string, std::string>>;

// In the program's folders, unless other ones are named.
std::vector<Source> sources(const std::vector<std::string>& tops = {"graph", "nodes", "connectors",
                                                                    "monitoring", "cli"}) {
  std::vector<Source> found;
  const fs::path root = source_folder;
  for (const std::string& top : tops)
    for (const auto& entry : fs::recursive_directory_iterator{root / top}) {
      if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp") continue;
      Source& source = found.emplace_back();
      source.path = entry.path().lexically_relative(root).string();
      std::ifstream in{entry.path()};
      for (std::string line; std::getline(in, line); ++source.lines)
        if (line.starts_with("#include ") && line.size() > 11)
          source.includes.push_back(line.substr(10, line.find_last_of("\">") - 10));
    }
  return found;
}

std::string folder(const std::string& path) { return fs::path{path}.parent_path().string(); }
std::string top(const std::string& path) { return path.substr(0, path.find('/')); }
// "nodes/decode" of "nodes/decode/dicom/file.hpp".
std::string family(const std::string& path) {
  const std::size_t second = path.find('/', path.find('/') + 1);
  return path.substr(0, second);
}

const std::map<std::string, std::set<std::string>>& allowed() {
  static const std::map<std::string, std::set<std::string>> below{
      {"graph", {"graph"}},
      {"nodes", {"graph", "nodes"}},
      {"connectors", {"graph", "nodes", "connectors"}},
      {"monitoring", {"graph", "monitoring"}},
      {"cli", {"graph", "nodes", "connectors", "monitoring", "cli"}}};
  return below;
}

// "graph/a.hpp includes nodes/b.hpp" for each include that runs up, or from one family of nodes to another.
std::vector<std::string> forbidden(const std::vector<Source>& sources) {
  std::vector<std::string> found;
  for (const Source& source : sources)
    for (const std::string& include : source.includes) {
      if (!allowed().contains(top(include))) continue;  // a library's
      bool fits = allowed().at(top(source.path)).contains(top(include));
      if (top(source.path) == "nodes" && top(include) == "nodes")
        fits = family(include) == family(source.path) || family(include) == "nodes/types" ||
               (family(include) == "nodes/imaging" && family(source.path) != "nodes/types");
      if (!fits) found.push_back(fmt::format("{} includes {}", source.path, include));
    }
  return found;
}

Edges edges(const std::vector<Source>& sources) {
  Edges edges;
  for (const Source& source : sources)
    for (const std::string& include : source.includes)
      if (allowed().contains(top(include)) && folder(include) != folder(source.path))
        edges[folder(source.path)].emplace(folder(include), source.path);
  return edges;
}

// The folders of a circle and a file of each that leads on, or nothing.
std::vector<std::string> circle(const Edges& edges) {
  std::vector<std::string> way;
  std::set<std::string> ended;
  const std::function<bool(const std::string&)> leads_round = [&](const std::string& at) {
    if (const auto seen = std::ranges::find(way, at); seen != way.end()) {
      way.erase(way.begin(), seen);
      return true;
    }
    if (ended.contains(at)) return false;
    way.push_back(at);
    if (const auto from = edges.find(at); from != edges.end())
      for (const auto& [to, file] : from->second)
        if (leads_round(to)) return true;
    way.pop_back();
    ended.insert(at);
    return false;
  };
  for (const auto& [from, to] : edges)
    if (leads_round(from)) break;
  for (std::size_t i = 0; i < way.size(); ++i)
    way[i] += " (" +
              edges.at(way[i]).at(i + 1 < way.size() ? way[i + 1].substr(0, way[i + 1].find(' '))
                                                     : way[0].substr(0, way[0].find(' '))) +
              ")";
  return way;
}

TEST(House, NoIncludeRunsUpOrFromFamilyToFamily) {
  ASSERT_GT(sources().size(), 200U);
  EXPECT_THAT(forbidden(sources()), IsEmpty());
}

TEST(House, NoFoldersIncludeEachOtherInACircle) {
  const Edges found = edges(sources());
  ASSERT_TRUE(found.at("graph/run").contains("graph"));
  EXPECT_THAT(circle(found), IsEmpty());
}

TEST(House, NoFileIsLong) {
  for (const Source& source :
       sources({"graph", "nodes", "connectors", "monitoring", "cli", "tests", "examples"}))
    EXPECT_LE(source.lines, 250U) << source.path << ": make it two ideas";
}

// "radflow::cli::Series" of each type that stands at the left edge of a line and in no anonymous namespace.
std::vector<std::string> types_of(std::istream& in) {
  static const std::regex opens{"^namespace ?([a-z_:]*) ?\\{.*"};
  static const std::regex defines{
      "^(?:struct|class|enum class|union) (\\w+)(?: final)?(?: : [^{;]*)? ?\\{.*"};
  std::vector<std::string> spaces, types;
  std::smatch match;
  for (std::string line; std::getline(in, line);) {
    if (std::regex_match(line, match, opens)) spaces.push_back(match[1]);
    if (line.starts_with("}  // namespace") && !spaces.empty()) spaces.pop_back();
    if (std::regex_match(line, match, defines) && std::ranges::find(spaces, "") == spaces.end())
      types.push_back(fmt::format("{}::{}", fmt::join(spaces, "::"), match[1].str()));
  }
  return types;
}

// Of two types with one name the linker takes one destructor for both.
TEST(House, NoTwoTypesHaveOneName) {
  std::map<std::string, std::string> where;
  for (const Source& source : sources()) {
    std::ifstream in{fs::path{source_folder} / source.path};
    for (const std::string& type : types_of(in)) {
      const auto [other, is_new] = where.emplace(type, source.path);
      EXPECT_TRUE(is_new || other->second == source.path)
          << type << " is in " << other->second << " and in " << source.path;
    }
  }
  EXPECT_GT(where.size(), 300U);
}

// The headers that the package for authors of plug-ins installs, as config/package/install.cmake lists them.
std::vector<std::string> installed_headers() {
  const fs::path root = source_folder;
  std::ifstream in{root / "config/package/install.cmake"};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  const std::size_t begin = text.find("file(GLOB headers");
  const std::string list = text.substr(begin, text.find(')', begin) - begin);
  static const std::regex entry{"([a-z_/]+)/([a-z_]+|\\*)\\.hpp"};
  std::vector<std::string> headers;
  for (std::sregex_iterator at{list.begin(), list.end(), entry}, end; at != end; ++at) {
    if ((*at)[2] != "*") headers.push_back(at->str());
    if ((*at)[2] == "*")
      for (const auto& file : fs::directory_iterator{root / (*at)[1].str()})
        if (file.path().extension() == ".hpp")
          headers.push_back(file.path().lexically_relative(root).string());
  }
  return headers;
}

TEST(House, AnInstalledHeaderIncludesInstalledOnesOnly) {
  const std::vector<std::string> headers = installed_headers();
  ASSERT_THAT(headers, ::testing::IsSupersetOf({"graph/node.hpp", "nodes/classify/algorithm.hpp"}));
  for (const Source& source : sources({"graph", "nodes"})) {
    if (std::ranges::find(headers, source.path) == headers.end()) continue;
    for (const std::string& include : source.includes)
      EXPECT_TRUE(!allowed().contains(top(include)) || std::ranges::find(headers, include) != headers.end())
          << source.path << " includes " << include;
  }
}

TEST(House, OneFileKnowsTheGraphOfOneTbb) {
  std::vector<std::string> found;
  for (const Source& source : sources())
    for (const std::string& include : source.includes)
      if (include.ends_with("flow_graph.h")) found.push_back(source.path);
  EXPECT_THAT(found, ElementsAre("graph/run/workers.cpp"));
}

TEST(House, TheRulesFindWhatBreaksThem) {
  const auto breaks = [](const std::string& path, const std::string& include) {
    return !forbidden({{path, 1, {include}}}).empty();
  };
  EXPECT_TRUE(breaks("graph/run/run.cpp", "nodes/types/frame.hpp"));
  EXPECT_TRUE(breaks("nodes/features/lbp.cpp", "nodes/preprocess/window.hpp"));
  EXPECT_TRUE(breaks("nodes/types/frame.hpp", "nodes/imaging/depth.hpp"));
  EXPECT_TRUE(breaks("monitoring/server.cpp", "cli/command.hpp"));
  EXPECT_FALSE(breaks("nodes/decode/dicom/file.cpp", "nodes/decode/codestream/jpeg_header.hpp"));
  EXPECT_FALSE(breaks("nodes/features/lbp.cpp", "opencv2/core.hpp"));
  EXPECT_FALSE(breaks("connectors/images/images.cpp", "nodes/encode/image_bytes.hpp"));
  std::istringstream types{
      "namespace a {\nstruct One {\n  struct Inner {};\n};\nclass Two final : public One {\nenum class "
      "Three;\n"
      "namespace {\nstruct Local {\n}  // namespace\nenum class Four { A };\n}  // namespace a\nstruct Five "
      "{\n"};
  EXPECT_THAT(types_of(types), ElementsAre("a::One", "a::Two", "a::Four", "::Five"));
  EXPECT_THAT(circle({{"a", {{"b", "a/1"}}}, {"b", {{"c", "b/1"}, {"d", "b/2"}}}, {"d", {{"b", "d/1"}}}}),
              SizeIs(2));
  EXPECT_THAT(circle({{"a", {{"b", "a/1"}, {"c", "a/2"}}}, {"b", {{"c", "b/1"}}}}), IsEmpty());
}

}  // namespace
}  // namespace radflow
