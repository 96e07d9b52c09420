#include "connectors/phantom/slices.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>

namespace radflow {
namespace {

constexpr int anatomy_count = 8;
constexpr double air = 24, lung = 224, fat = 924, tissue = 1074, bone = 1724, lesion_gain = 520;
constexpr int noise_sigma = 24;

// Ellipses in coordinates of -1 to 1 across the shorter side; later ones cover earlier ones.
struct Ellipse {
  double x, y, rx, ry, value;
};

// SplitMix64 (Steele, Lea, Flood 2014): a well mixed number per state, the same everywhere.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t stream)
      : state_{seed * 0x9E3779B97F4A7C15 ^ (stream + 1) * 0xD1342543DE82EF95} {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
  }
  double uniform(double low, double high) {
    return low + (high - low) * static_cast<double>(next() >> 11) * 0x1p-53;
  }

 private:
  std::uint64_t state_;
};

// Nearly normal: the sum of eight bytes, of mean 1020 and standard deviation 209.
std::int16_t noise(Random& random) {
  const std::uint64_t bits = random.next();
  int sum = 0;
  for (int shift = 0; shift < 64; shift += 8) sum += static_cast<int>(bits >> shift & 255);
  return static_cast<std::int16_t>((sum - 1020) * noise_sigma / 209);
}

std::vector<Ellipse> chest(Random& random) {
  const double wide = random.uniform(0.38, 0.46);
  const double high = random.uniform(0.46, 0.56);
  std::vector<Ellipse> parts{
      {0, 0, 0.96, 0.72, fat},
      {0, 0, 0.90, 0.66, tissue},
      {-0.44, -0.02, wide * 0.86, high, lung},
      {0.44, -0.02, wide * 0.86, high, lung},
      {0.08, -0.12, random.uniform(0.20, 0.28), random.uniform(0.22, 0.30), tissue + 40},
      {0, 0.42, 0.13, 0.15, bone},
      {0, 0.44, 0.05, 0.05, tissue}};
  for (int rib = 0; rib < 8; ++rib) {  // around both lungs
    const double angle = 0.35 + 0.31 * rib;
    parts.push_back({std::cos(angle) * 0.88, std::sin(angle) * 0.62 - 0.02, 0.05, 0.03, bone});
    parts.push_back({-std::cos(angle) * 0.88, -std::sin(angle) * 0.62 - 0.02, 0.05, 0.03, bone});
  }
  return parts;
}

// Draws with edges `soft` wide, in units of the ellipse's radius.
template <typename Pixels>
void draw(const Ellipse& part, int width, int height, double soft, Pixels&& mix) {
  const double scale = 2.0 / std::min(width, height);
  for (int y = 0; y < height; ++y) {
    const double dy = ((y - 0.5 * (height - 1)) * scale - part.y) / part.ry;
    if (std::abs(dy) > 1 + soft) continue;
    for (int x = 0; x < width; ++x) {
      const double dx = ((x - 0.5 * (width - 1)) * scale - part.x) / part.rx;
      const double r2 = dx * dx + dy * dy;
      if (r2 >= (1 + soft) * (1 + soft)) continue;
      mix(y * width + x, std::min(1.0, (1 + soft - std::sqrt(r2)) / (2 * soft)));
    }
  }
}

}  // namespace

PhantomSlices::PhantomSlices(const PhantomOptions& options) : options_{options} {
  const std::size_t pixels = static_cast<std::size_t>(options.width) * options.height;
  const auto seed = static_cast<std::uint64_t>(options.seed);
  for (int a = 0; a < anatomy_count; ++a) {
    Random random{seed, ~static_cast<std::uint64_t>(a)};
    std::vector<double> canvas(pixels, air);
    for (const Ellipse& part : chest(random))
      draw(part, options.width, options.height, 0.03,
           [&](int at, double weight) { canvas[at] += weight * (part.value - canvas[at]); });
    anatomies_.emplace_back(canvas.begin(), canvas.end());
  }
  Random random{seed, ~std::uint64_t{anatomy_count}};
  noise_.resize(pixels + pixels / 2 + 4096);
  std::ranges::generate(noise_, [&] { return noise(random); });
}

template <typename Pixel>
Bytes PhantomSlices::render(std::uint64_t index, bool lesion) const {
  Random random{static_cast<std::uint64_t>(options_.seed), index};
  random.next();  // the one that decided about the lesion
  const std::vector<std::int16_t>& anatomy = anatomies_[random.next() % anatomy_count];
  const std::size_t pixels = anatomy.size();
  const std::int16_t* noise = noise_.data() + random.next() % (noise_.size() - pixels);
  const auto buffer = std::make_shared_for_overwrite<Pixel[]>(pixels);
  Pixel* out = buffer.get();
  constexpr int shift = sizeof(Pixel) == 1 ? 4 : 0;
  // In 16 bits, which vectorise twice as wide; bone, lesion and noise together stay below 4095.
  const auto store = [](std::int16_t value) {
    return static_cast<Pixel>(std::max<std::int16_t>(value, 0) >> shift);
  };
  for (std::size_t i = 0; i < pixels; ++i) out[i] = store(static_cast<std::int16_t>(anatomy[i] + noise[i]));

  if (lesion) {  // somewhere in one of the lungs
    const double side = random.next() & 1 ? 0.44 : -0.44;
    const double radius = random.uniform(0.06, 0.12);
    const Ellipse nodule{side + random.uniform(-0.12, 0.12), random.uniform(-0.22, 0.18), radius,
                         radius * random.uniform(0.8, 1.25), 0};
    draw(nodule, options_.width, options_.height, 0.25, [&](int at, double weight) {
      out[at] = store(static_cast<std::int16_t>(anatomy[at] + noise[at] + weight * lesion_gain));
    });
  }
  static_assert(std::endian::native == std::endian::little, "pixels are emitted as they lie in memory");
  return Bytes::view(buffer, out, pixels * sizeof(Pixel));
}

PhantomSlice PhantomSlices::make(std::uint64_t index) const {
  Random random{static_cast<std::uint64_t>(options_.seed), index};
  const bool lesion = random.uniform(0, 1) < options_.lesions;
  return {options_.depth == 8 ? render<std::uint8_t>(index, lesion) : render<std::uint16_t>(index, lesion),
          lesion};
}

}  // namespace radflow
