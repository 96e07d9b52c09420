#include "nodes/features/wavelet_filters.hpp"

#include <cmath>

namespace radflow {
namespace {

// The low pass for decomposition, as PyWavelets 1.9 has it. All these families are orthogonal: the high pass follows from it.
std::vector<double> low_pass(Wavelet wavelet) {
  switch (wavelet) {
    case Wavelet::Haar:
      return {0.70710678118654757, 0.70710678118654757};
    case Wavelet::Db2:
      return {-0.12940952255126037, 0.22414386804201339, 0.83651630373780794, 0.48296291314453416};
    case Wavelet::Db3:
      return {0.035226291885709533, -0.085441273882026658, -0.13501102001025458,
              0.45987750211849154,  0.80689150931109255,   0.33267055295008263};
    case Wavelet::Db4:
      return {-0.010597401785069032, 0.032883011666885197, 0.030841381835560764, -0.18703481171909309,
              -0.027983769416859854, 0.63088076792985892,  0.71484657055291567,  0.23037781330889651};
    case Wavelet::Db6:
      return {-0.0010773010853084796, 0.0047772575109455108, 0.00055384220116149613, -0.03158203931748603,
              0.027522865530305727,   0.097501605587323043,  -0.12976686756726194,   -0.22626469396543983,
              0.31525035170919763,    0.75113390802109536,   0.49462389039845306,    0.11154074335010947};
    case Wavelet::Db8:
      return {
          -0.00011747678412476953, 0.00067544940645056933, -0.00039174037337694705, -0.0048703529934515741,
          0.0087460940474057766,   0.013981027917398282,   -0.044088253930794755,   -0.017369301001807547,
          0.12874742662047847,     0.00047248457391328279, -0.28401554296154691,    -0.015829105256349306,
          0.58535468365420673,     0.67563073629728976,    0.31287159091429995,     0.054415842243104008};
    case Wavelet::Sym4:
      return {-0.075765714789273325, -0.02963552764599851,  0.49761866763201545,   0.80373875180591614,
              0.29785779560527736,   -0.099219543576847216, -0.012603967262037833, 0.032223100604042702};
    case Wavelet::Sym8:
      return {-0.0033824159510061256, -0.00054213233179114812, 0.031695087811492981,   0.0076074873249176054,
              -0.14329423835080971,   -0.061273359067658524,   0.48135965125837221,    0.77718575170052351,
              0.3644418948353314,     -0.051945838107709037,   -0.027219029917056003,  0.049137179673607506,
              0.0038087520138906151,  -0.014952258337048231,   -0.0003029205147213668, 0.0018899503327594609};
    case Wavelet::Coif1:
      return {-0.015655728135791993, -0.07273261951252645, 0.38486484686485778,
              0.85257202021160039,   0.33789766245748182,  -0.07273261951252645};
    case Wavelet::Coif2:
      return {-0.00072054944552034698, -0.0018232088709110323, 0.0056114348193688343, 0.02368017194684777,
              -0.059434418646431092,   -0.076488599078280761,  0.41700518442323908,   0.81272363544941351,
              0.38611006682276289,     -0.067372554723725595,  -0.041464936786871777, 0.016387336463203641};
  }
  return {};
}

}  // namespace

WaveletFilters::WaveletFilters(Wavelet wavelet) : low{low_pass(wavelet)}, high(low.rbegin(), low.rend()) {
  for (std::size_t i = 0; i < high.size(); i += 2) high[i] = -high[i];
}

int WaveletFilters::most_levels(int size) const {
  return size < length() - 1
             ? 0
             : static_cast<int>(std::floor(std::log2(static_cast<double>(size) / (length() - 1))));
}

int extended(int at, int size, WaveletMode mode) {
  if (at >= 0 && at < size) return at;
  const auto folded = [&](int period) { return (at % period + period) % period; };
  switch (mode) {
    case WaveletMode::Zero:
      return -1;
    case WaveletMode::Constant:
      return at < 0 ? 0 : size - 1;
    case WaveletMode::Symmetric: {
      const int place = folded(2 * size);
      return place < size ? place : 2 * size - 1 - place;
    }
    case WaveletMode::Reflect: {
      if (size == 1) return 0;
      const int place = folded(2 * size - 2);
      return place < size ? place : 2 * size - 2 - place;
    }
    case WaveletMode::Periodic:
      return folded(size);
  }
  return -1;
}

Choices<Wavelet> choices_of(Wavelet) {
  return {{Wavelet::Haar, "haar", "2 coefficients."}, {Wavelet::Db2, "db2", "Daubechies, 4 coefficients."},
          {Wavelet::Db3, "db3", "Daubechies, 6."},    {Wavelet::Db4, "db4", "Daubechies, 8."},
          {Wavelet::Db6, "db6", "Daubechies, 12."},   {Wavelet::Db8, "db8", "Daubechies, 16."},
          {Wavelet::Sym4, "sym4", "Symlet, 8."},      {Wavelet::Sym8, "sym8", "Symlet, 16."},
          {Wavelet::Coif1, "coif1", "Coiflet, 6."},   {Wavelet::Coif2, "coif2", "Coiflet, 12."}};
}

Choices<WaveletMode> choices_of(WaveletMode) {
  return {{WaveletMode::Zero, "zero", "Beyond a b c comes 0 0."},
          {WaveletMode::Constant, "constant", "Beyond a b c comes c c."},
          {WaveletMode::Symmetric, "symmetric", "Beyond a b c comes c b."},
          {WaveletMode::Reflect, "reflect", "Beyond a b c comes b a."},
          {WaveletMode::Periodic, "periodic", "Beyond a b c comes a b."}};
}

}  // namespace radflow
