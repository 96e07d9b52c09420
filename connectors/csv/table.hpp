// The text of a table: RFC 4180 with line feeds. Each row says where it came from, then what was found:
//   key,topic,partition,offset,frame,header.label,texture.0,texture.1
//   lesion/a.png,in,0,17,1,lesion,0.25,
// Where the graph cuts frames into tiles, the columns tile, tile_x and tile_y stand behind frame.
// Numbers are as short as they can be read back exactly; what is missing is empty. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graph/context.hpp"
#include "graph/payload.hpp"

namespace radflow {

using Columns = std::vector<std::string>;

// A field as it stands in a line: quoted where it must be.
std::string csv_field(std::string_view text);

// The columns of results: the names of features, "label", "model" and "probability.CLASS" of predictions, "value" and
// "model" of a regression.
Columns columns_of_features(const std::vector<std::string>& names);
Columns columns_of_classes(const std::vector<std::string>& classes);
Columns columns_of_number();
// Of an output that is one of these.
Columns columns_of(const Payload& output);

// Whether what arrives may be a part of a frame.
enum class TileColumns { No, Yes };

// The first line. `headers` names the headers of records that have columns of their own.
std::string table_head(const std::vector<std::string>& headers, const Columns& columns,
                       TileColumns tiles = TileColumns::No);
std::string table_row(const std::vector<std::string>& headers, const Payload& output, const Context& context,
                      TileColumns tiles = TileColumns::No);

}  // namespace radflow
