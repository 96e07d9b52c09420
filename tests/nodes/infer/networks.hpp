// The networks of models/ and images for them.
#pragma once

#include <array>
#include <filesystem>

#include "tests/nodes/frames.hpp"
#include "tests/paths.hpp"

namespace radflow {

inline std::string network(const std::string& file) {
  return std::string{source_folder} + "/tests/nodes/infer/models/" + file;
}

// What is said where a node cannot be built; "" if it can.
inline std::string refusal(const std::string& yaml) {
  try {
    make_node(yaml);
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

// Image i of models/make.py, whose pixels are (37 i + 11 row + 5 column) % 256, times 255 there.
inline Frame test_image(int i, int rows = 8, int columns = 8) {
  cv::Mat_<std::uint8_t> pixels(rows, columns);
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column)
      pixels(row, column) = static_cast<std::uint8_t>((37 * i + 11 * row + 5 * column) % 256);
  return Frame{.pixels = pixels};
}

// What ONNX Runtime 1.32 gives for the images 0 to 15 by classes.onnx: models/make.py prints it.
inline constexpr std::array<std::array<double, 3>, 16> logits_of_test_images{
    {{1.566731453, -1.002286315, 2.292824268},
     {1.553837895, -0.979409695, 2.260150433},
     {1.540967107, -0.956531048, 2.227487564},
     {1.527986884, -0.933273673, 2.194582939},
     {1.52386117, -0.901993692, 2.14999032},
     {1.448146343, -0.848140895, 2.128040791},
     {1.555519342, -0.961117089, 2.236629009},
     {1.565685987, -1.000431061, 2.290174961},
     {1.552792311, -0.977554798, 2.257501125},
     {1.539927125, -0.954675615, 2.224841118},
     {1.526913524, -0.931335092, 2.191842556},
     {1.526606321, -0.910785794, 2.151605129},
     {1.451594353, -0.870669842, 2.153179646},
     {1.555165887, -1.014258742, 2.27699995},
     {1.564640522, -0.998576462, 2.287525654},
     {1.551746964, -0.975699902, 2.254851818}}};

}  // namespace radflow
