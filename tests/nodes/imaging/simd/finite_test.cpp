#include "nodes/imaging/simd/finite.hpp"

#include <limits>
#include <vector>

#include "tests/nodes/every_target.hpp"

namespace radflow {
namespace {

TEST(AllFinite, FindsOneValueAnywhere) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  on_every_target([] {
    for (const std::size_t count : {0, 1, 3, 16, 31, 32, 33, 200}) {
      std::vector<float> values(count, -std::numeric_limits<float>::max());
      EXPECT_TRUE(all_finite(values.data(), count)) << count;
      for (std::size_t at = 0; at < count; ++at)
        for (const float odd : {infinity, -infinity, std::numeric_limits<float>::quiet_NaN()}) {
          values[at] = odd;
          EXPECT_FALSE(all_finite(values.data(), count)) << odd << " at " << at << " of " << count;
          values[at] = std::numeric_limits<float>::denorm_min();
        }
      EXPECT_TRUE(all_finite(values.data(), count)) << count;
    }
  });
}

}  // namespace
}  // namespace radflow
