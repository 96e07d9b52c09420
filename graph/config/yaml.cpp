// Reads YAML with yaml-cpp into Values: keeps marks, refuses duplicate keys, expands ${NAME:-default} in
// scalars after parsing, so that a variable can never change the structure of the file.
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <sstream>
#include <unordered_map>

#include "graph/value.hpp"

namespace radflow {
namespace {

class Reader {
 public:
  Reader(std::string file, std::vector<Diagnostic>& diagnostics)
      : file_{std::move(file)}, found_{diagnostics} {}

  Value convert(const YAML::Node& node, int depth = 0) {
    Value value;
    value.mark = mark(node.Mark());
    // An alias may name what it stands in, or a few lines of them a billion values.
    if (depth > deepest || ++count_ > most_values) {
      if (!too_large_)
        found_.push_back({value.mark, "more than a graph can hold: nested too deeply or too many values"});
      too_large_ = true;
      return value;
    }
    switch (node.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        break;
      case YAML::NodeType::Scalar:
        value.kind = Value::Kind::Scalar;
        value.quoted = node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str";
        value.text = expand(node.Scalar(), value);
        break;
      case YAML::NodeType::Sequence:
        value.kind = Value::Kind::List;
        for (const YAML::Node& item : node) value.items.push_back(convert(item, depth + 1));
        break;
      case YAML::NodeType::Map:
        convert_map(node, value, depth);
        break;
    }
    return value;
  }

  Mark mark(const YAML::Mark& at) const {
    return at.is_null() ? Mark{file_, 0, 0} : Mark{file_, at.line + 1, at.column + 1};
  }

 private:
  void convert_map(const YAML::Node& node, Value& value, int depth) {
    value.kind = Value::Kind::Map;
    std::unordered_map<std::string, int> lines;  // where each key stood first
    for (const auto& pair : node) {
      const Mark at = mark(pair.first.Mark());
      if (!pair.first.IsScalar()) {
        // What `{url: ${HOST}}` parses to: the braces of the variable open a map inside the flow map.
        found_.push_back({at, "a key must be plain text; a variable inside {...} needs quotes: \"${NAME}\""});
        continue;
      }
      const std::string& key = pair.first.Scalar();
      if (key == "$" || key.ends_with("$")) {
        found_.push_back({at, "a variable inside {...} needs quotes: \"${NAME}\""});
        continue;
      }
      if (const auto [first, fresh] = lines.emplace(key, at.line); !fresh) {
        found_.push_back({at, "duplicate key '" + key + "', first at line " + std::to_string(first->second) +
                                  "; remove one of them"});
        continue;
      }
      value.entries.push_back({key, at, convert(pair.second, depth + 1)});
    }
  }

  std::string expand(const std::string& text, Value& value) {
    const Mark& at = value.mark;
    std::string out;
    std::size_t from = 0;
    while (true) {
      const std::size_t open = text.find("${", from);
      if (open == std::string::npos) return out + text.substr(from);
      const std::size_t close = text.find('}', open);
      if (close == std::string::npos) {
        found_.push_back({at, "'" + text +
                                  "' opens a variable with ${ and does not close it; if it stands inside "
                                  "{...}, quote it: \"${NAME}\""});
        return text;
      }
      out += text.substr(from, open - from);
      std::string name = text.substr(open + 2, close - open - 2);
      std::optional<std::string> fallback;
      if (const std::size_t colon = name.find(":-"); colon != std::string::npos) {
        fallback = name.substr(colon + 2);
        name.resize(colon);
      }
      const char* set = std::getenv(name.c_str());
      if (set && *set)
        out += set;
      else if (fallback)
        out += *fallback;
      else {
        value.unset = true;
        found_.push_back(
            {at, "environment variable " + name + " is not set; set it or write ${" + name + ":-default}",
             true});
      }
      from = close + 1;
    }
  }

  static constexpr int deepest = 64;
  static constexpr int most_values = 100'000;

  std::string file_;
  std::vector<Diagnostic>& found_;
  int count_ = 0;
  bool too_large_ = false;
};

// Sees where documents begin and nothing else.
struct DocumentStart final : YAML::EventHandler {
  void OnDocumentStart(const YAML::Mark& at) override { mark = at; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
  }
  void OnMapEnd() override {}

  YAML::Mark mark;
};

// Where text follows the first document, which YAML::Load passes over in silence. YAML::LoadAll of
// yaml-cpp 0.7 would repeat for ever, taking memory, on some broken files.
std::optional<YAML::Mark> behind_first_document(const std::string& text) {
  std::istringstream stream{text};
  YAML::Parser parser{stream};
  DocumentStart seen;
  if (!parser.HandleNextDocument(seen) || !parser) return std::nullopt;
  parser.HandleNextDocument(seen);
  return seen.mark;
}

// What is behind the words of yaml-cpp more often than not.
std::string advice(std::string_view text, const YAML::Exception& error) {
  const auto at = static_cast<std::size_t>(std::max(error.mark.pos, 0));
  // `{url: ${HOST}}`: the brace of the variable opens a map where none may stand.
  if (at > 0 && at < text.size() && text.substr(at - 1).starts_with("${"))
    return "a variable inside {...} or [...] needs quotes: \"${NAME}\"";
  const std::size_t line = at == 0 ? 0 : text.rfind('\n', std::min(at, text.size()) - 1) + 1;
  const std::size_t word = text.find_first_not_of(" \t", line);
  if (text.substr(line, word - line).find('\t') != std::string_view::npos)
    return "a tab cannot indent a line; use spaces";
  if (error.msg.starts_with("end of map flow")) return error.msg + ": a `{` before this is not closed";
  if (error.msg.starts_with("end of sequence flow")) return error.msg + ": a `[` before this is not closed";
  if (error.msg == "end of map not found" || error.msg == "end of sequence not found")
    return error.msg + ": this line is indented otherwise than those it belongs to";
  if (error.msg == "illegal map value")
    return error.msg + ": a `:` that is one too many, or the line before needs a `:` at its end";
  return error.msg;
}

}  // namespace

Value read_yaml(std::string_view text, const std::string& file, std::vector<Diagnostic>& diagnostics) {
  Reader reader{file, diagnostics};
  try {
    const std::string document{text};
    if (const auto rest = behind_first_document(document))
      diagnostics.push_back({reader.mark(*rest), "the graph ends before this: a file holds one document"});
    return reader.convert(YAML::Load(document));
  } catch (const YAML::Exception& e) {
    diagnostics.push_back({reader.mark(e.mark), "not valid YAML: " + advice(text, e)});
    return {};
  }
}

Value read_yaml_file(const std::string& path, std::vector<Diagnostic>& diagnostics) {
  const auto close = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> file{std::fopen(path.c_str(), "rbe")};
  std::string text;
  std::array<char, 65536> block;
  while (file && !std::ferror(file.get()) && !std::feof(file.get()))
    text.append(block.data(), std::fread(block.data(), 1, block.size(), file.get()));
  if (!file || std::ferror(file.get())) {  // a folder opens, but does not read
    diagnostics.push_back({{path, 0, 0}, std::string{"cannot be read: "} + std::strerror(errno)});
    return {};
  }
  if (text.empty()) {
    diagnostics.push_back(
        {{path, 0, 0}, "is empty; a graph is a map with the keys sources, nodes and sinks"});
    return {};
  }
  return read_yaml(text, path, diagnostics);
}

}  // namespace radflow
