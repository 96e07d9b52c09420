// Which letter of ASCII, with which mark, stands for a character.
#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "cli/drawn_text.hpp"

namespace radflow::cli {
namespace {

// Pairs: the letter without its mark, and with it. All of Latin-1, Latin-2, and Turkish and Romanian.
constexpr std::pair<Mark, std::u32string_view> marked[] = {
    {Mark::Grave, U"AÀEÈIÌOÒUÙaàeèiìoòuù"},
    {Mark::Acute, U"AÁEÉIÍOÓUÚYÝaáeéiíoóuúyýCĆcćLĹlĺNŃnńRŔrŕSŚsśZŹzź"},
    {Mark::Circumflex, U"AÂEÊIÎOÔUÛaâeêiîoôuûCĈcĉGĜgĝHĤhĥJĴjĵSŜsŝWŴwŵYŶyŷ"},
    {Mark::Tilde, U"AÃNÑOÕaãnñoõIĨiĩUŨuũ"},
    {Mark::Macron, U"AĀaāEĒeēIĪiīOŌoōUŪuū"},
    {Mark::Breve, U"AĂaăEĔeĕGĞgğIĬiĭOŎoŏUŬuŭ"},
    {Mark::Dot, U"CĊcċEĖeėGĠgġIİZŻzż"},
    {Mark::Diaeresis, U"AÄEËIÏOÖUÜaäeëiïoöuüyÿYŸ"},
    {Mark::Ring, U"AÅaåUŮuů"},
    {Mark::TwoAcutes, U"OŐoőUŰuű"},
    {Mark::Caron, U"CČcčDĎdďEĚeěLĽlľNŇnňRŘrřSŠsšTŤtťZŽzž"},
    {Mark::Comma, U"SȘsșTȚtț"},
    {Mark::Cedilla, U"CÇcçGĢgģKĶkķLĻlļNŅnņRŖrŗSŞsşTŢtţ"},
    {Mark::Ogonek, U"AĄaąEĘeęIĮiįUŲuų"},
    {Mark::Stroke, U"OØoøLŁlłDĐdđDÐdðHĦhħTŦtŧ"},
    {Mark::Ring, U" °"}};

// What is spelt with several letters, or with another one.
constexpr std::pair<char32_t, std::string_view> spelt[] = {
    {U'Æ', "AE"},  {U'æ', "ae"},  {U'Œ', "OE"},  {U'œ', "oe"},     {U'ß', "ss"},    {U'ẞ', "SS"},
    {U'Þ', "Th"},  {U'þ', "th"},  {U'ı', "i"},   {U'ĸ', "k"},      {U'Ŋ', "N"},     {U'ŋ', "n"},
    {U'ſ', "s"},   {U'Ĳ', "IJ"},  {U'ĳ', "ij"},  {U'ŉ', "'n"},     {U'Ŀ', "L."},    {U'ŀ', "l."},
    {U'µ', "u"},   {U'μ', "u"},   {U'±', "+/-"}, {U'×', "x"},      {U'÷', "/"},     {U'·', "."},
    {U'•', "*"},   {U'–', "-"},   {U'—', "-"},   {U'−', "-"},      {U'¬', "-"},     {U'«', "<<"},
    {U'»', ">>"},  {U'‘', "'"},   {U'’', "'"},   {U'´', "'"},      {U'“', "\""},    {U'”', "\""},
    {U'„', "\""},  {U'…', "..."}, {U'¹', "1"},   {U'²', "2"},      {U'³', "3"},     {U'¼', "1/4"},
    {U'½', "1/2"}, {U'¾', "3/4"}, {U'¡', "!"},   {U'¿', "?"},      {U'©', "(c)"},   {U'®', "(R)"},
    {U'ª', "a"},   {U'º', "o"},   {U'€', "EUR"}, {U'£', "GBP"},    {U'¥', "JPY"},   {U'¢', "c"},
    {U'§', "S"},   {U'¶', "P"},   {U'¦', "|"},   {U'\u00a0', " "}, {U'\u00ad', "-"}};

// A mark that follows its letter as a character of its own.
constexpr std::pair<char32_t, Mark> combining[] = {
    {U'\u0300', Mark::Grave},     {U'\u0301', Mark::Acute},     {U'\u0302', Mark::Circumflex},
    {U'\u0303', Mark::Tilde},     {U'\u0304', Mark::Macron},    {U'\u0306', Mark::Breve},
    {U'\u0307', Mark::Dot},       {U'\u0308', Mark::Diaeresis}, {U'\u030a', Mark::Ring},
    {U'\u030b', Mark::TwoAcutes}, {U'\u030c', Mark::Caron},     {U'\u0326', Mark::Comma},
    {U'\u0327', Mark::Cedilla},   {U'\u0328', Mark::Ogonek}};

// The next character, which it takes off; U+FFFD for bytes that are no UTF-8.
char32_t take(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  text.remove_prefix(1);
  if (lead < 0x80) return lead;
  const int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
  auto code = static_cast<char32_t>(lead & (0x3f >> more));
  for (int i = 0; i < more; ++i) {
    if (text.empty() || (static_cast<unsigned char>(text.front()) & 0xc0) != 0x80) return U'\ufffd';
    code = code << 6 | (static_cast<unsigned char>(text.front()) & 0x3f);
    text.remove_prefix(1);
  }
  return more == 0 ? U'\ufffd' : code;
}

void add(char32_t code, Letters& letters) {
  if (code < 0x80) return letters.push_back({code < 0x20 ? ' ' : static_cast<char>(code)});
  for (const auto& [mark, pairs] : marked)
    for (std::size_t i = 0; i < pairs.size(); i += 2)
      if (pairs[i + 1] == code) return letters.push_back({static_cast<char>(pairs[i]), mark});
  if (const auto* one = std::ranges::find(spelt, code, &std::pair<char32_t, std::string_view>::first);
      one != std::end(spelt)) {
    for (const char letter : one->second) letters.push_back({letter});
    return;
  }
  if (const auto* one = std::ranges::find(combining, code, &std::pair<char32_t, Mark>::first);
      one != std::end(combining) && !letters.empty()) {
    letters.back().mark = one->second;
    return;
  }
  letters.push_back({});
}

}  // namespace

Letters letters_of(std::string_view utf8) {
  Letters letters;
  while (!utf8.empty()) add(take(utf8), letters);
  return letters;
}

}  // namespace radflow::cli
