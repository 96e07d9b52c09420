// Diagonal neighbours at radius 1 of a pixel, as scikit-image interpolates them in doubles.
#pragma once

namespace radflow {

constexpr double offset = 0.70711;  // cos(45 degrees) to 5 digits

// The diagonals in the order of their bits: up or down, right or left.
struct Diagonal {
  int row, column, bit;
};
constexpr Diagonal diagonals[] = {{-1, 1, 2}, {-1, -1, 8}, {1, -1, 32}, {1, 1, 128}};

// How far a neighbour lies from the pixel above or left of it. Positions are added before the fraction is taken, so its
// last digits depend on them.
inline double fraction(double position, int step) {
  return step > 0 ? (position + offset) - position : (position - offset) - (position - 1);
}

// What scikit-image makes of a diagonal neighbour, in its order of operations, with the fractions of row and column:
// `horizontal` and `vertical` lie between it and the centre.
template <Diagonal at>
double interpolated(double dr, double dc, double centre, double horizontal, double vertical,
                    double diagonal) {
  const auto along = [&](double here, double beside) {
    return at.column > 0 ? (1 - dc) * here + dc * beside : (1 - dc) * beside + dc * here;
  };
  const double own = along(centre, horizontal), other = along(vertical, diagonal);
  return at.row > 0 ? (1 - dr) * own + dr * other : (1 - dr) * other + dr * own;
}

}  // namespace radflow
