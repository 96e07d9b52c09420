// radflow preview: the picture and the features after every node, for a few files.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>

#include "cli/blocks.hpp"
#include "cli/checks.hpp"
#include "cli/command.hpp"
#include "cli/preview_run.hpp"
#include "cli/terminal.hpp"

namespace radflow::cli {
namespace {

struct Options : PreviewOptions {
  std::vector<std::string> files;
  std::string png, html;
  bool show = false;
};

void print(const SheetSection& section, bool pictures) {
  std::cout << paint_stdout(section.title, Colour::Bold) << '\n';
  std::size_t width = 0;
  for (const Tile& tile : section.tiles) width = std::max(width, tile.title.size());
  for (const Tile& tile : section.tiles) {
    const std::string words =
        shorten(tile.shown.words, std::max<std::size_t>(stdout_columns(), width + 24) - width - 4);
    std::cout << fmt::format("  {:<{}}  {}\n", tile.title, width,
                             tile.wrong ? paint_stdout(words, Colour::Red) : words);
    if (pictures && !tile.shown.picture.empty())
      std::cout << blocks(tile.shown.picture, std::min<std::size_t>(stdout_columns(), 64), 24,
                          stdout_block_colour());
  }
}

int run(const Options& options) {
  ContactSheet sheet;
  bool failed = false;
  for (const std::string& input : options.files)
    for (SheetSection& section : preview_of(options, input)) sheet.sections.push_back(std::move(section));
  sheet.title = std::filesystem::path{options.graph}.filename().string();
  for (const SheetSection& section : sheet.sections) {
    print(section, options.show);
    failed = failed || std::ranges::any_of(section.tiles, &Tile::wrong);
  }
  if (!options.png.empty()) write_file(options.png, png_of(drawn(sheet)));
  if (!options.html.empty()) write_file(options.html, page(sheet));
  return failed ? exit_dead_letters : exit_ok;
}

const Command command{
    "preview", "Shows what every node of a graph makes of some files: pictures, masks, features.",
    "radflow preview config/pneumonia.yaml scan.png --html preview.html", [](CLI::App& app) {
      auto options = std::make_shared<Options>();
      app.add_option("graph", options->graph, "The graph file. Its sources and sinks are left out.")
          ->required();
      app.add_option("files", options->files, "Files, folders or globs; each is a run of its own.")
          ->required();
      app.add_option("--png", options->png,
                     "Writes one contact sheet to this PNG file; of text the Latin letters, others as ?.")
          ->check(not_empty("the PNG file"));
      app.add_option("--html", options->html, "Writes one page with all pictures and numbers to this file.")
          ->check(not_empty("a file"));
      app.add_flag("--show", options->show, "Shows the pictures here, in blocks of characters.");
      app.add_option("--until", options->until,
                     "The last node that runs; a model that is not trained yet may be missing then.")
          ->check(not_empty("a node's name"));
      app.add_option("--most", options->most, "How many frames or parts of one file are shown of each node.")
          ->check(one_or_more())
          ->capture_default_str();
      app.add_option("--set", options->set, "Changes a value first: nodes.resize.width=64. May be repeated.")
          ->allow_extra_args(false);
      return [options] { return run(*options); };
    }};

}  // namespace
}  // namespace radflow::cli
