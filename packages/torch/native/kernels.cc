#include "kernels.h"

#include <ATen/Parallel.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <mutex>
#include <sstream>
#include <tuple>

namespace retort {
namespace {

constexpr std::array<const char*, 3> kForms{"linear", "plain", "weights"};
constexpr std::array<const char*, 3> kKernels{"standard", "linear", "convolution"};

// Another kernel is worth it from here on, so that noise does not flip the choice.
constexpr double kWorthwhile = 1.15;

// Sizes are those of the smallest powers of two that hold them.
using Class = std::tuple<Form, int64_t, int64_t, int64_t, int>;

struct Choice {
  Kernel kernel;
  std::string speeds;  // as they are written down
  bool used = false;
};

std::mutex choosing;
std::map<Class, Choice> choices;
std::string kept_in;

int64_t up(int64_t size) { return static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(size))); }

template <typename Names>
int place(const Names& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

std::string line_of(const Class& of, const Choice& choice) {
  const auto& [form, rows, inner, columns, threads] = of;
  std::ostringstream line;
  line << kForms[static_cast<int>(form)] << ' ' << rows << ' ' << inner << ' ' << columns << ' ' << threads << ' '
       << kKernels[static_cast<int>(choice.kernel)] << choice.speeds;
  return line.str();
}

std::optional<std::pair<Class, Choice>> parse(std::string_view text) {
  std::istringstream line{std::string(text)};
  std::string form, kernel, speeds;
  int64_t rows = 0, inner = 0, columns = 0;
  int threads = 0;
  if (!(line >> form >> rows >> inner >> columns >> threads >> kernel)) return std::nullopt;
  const int of = place(kForms, form), by = place(kKernels, kernel);
  if (of < 0 || by < 0 || rows < 1 || inner < 1 || columns < 1 || threads < 1) return std::nullopt;
  std::getline(line, speeds);
  return std::pair{Class{static_cast<Form>(of), rows, inner, columns, threads}, Choice{static_cast<Kernel>(by), speeds}};
}

// The first line of a class holds, so that processes which measured at once agree from then on. A line that was cut by a crash is passed over.
void read_kept() {
  std::ifstream file(kept_in);
  for (std::string line; std::getline(file, line);)
    if (auto parsed = parse(line)) choices.insert(std::move(*parsed));
}

// A line is written at once, whoever else writes. Where it cannot be kept it is measured again.
void append(const std::string& line) {
  if (kept_in.empty()) return;
  const int file = open(kept_in.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return;
  const std::string whole = line + "\n";
  [[maybe_unused]] const auto written = write(file, whole.data(), whole.size());
  close(file);
}

double least(const std::vector<double>& times) { return *std::min_element(times.begin(), times.end()); }

// Whether it is faster at its best, and in three of four rounds: what slows the machine down for a while flips neither together.
bool is_worthwhile(const std::vector<double>& times, const std::vector<double>& standard) {
  size_t won = 0;
  for (size_t round = 0; round < times.size(); ++round) won += kWorthwhile * times[round] <= standard[round];
  return kWorthwhile * least(times) <= least(standard) && 4 * won >= 3 * times.size();
}

Choice choose(const Product& product, const Times& times) {
  Choice choice{Kernel::standard, ""};
  const double flops = 2.0 * static_cast<double>(product.rows) * static_cast<double>(product.inner) * static_cast<double>(product.columns);
  double best = std::numeric_limits<double>::infinity();
  std::ostringstream speeds;
  for (size_t kernel = 0; kernel < times.size(); ++kernel) {
    if (times[kernel].empty()) continue;
    const double took = least(times[kernel]);
    speeds << ' ' << kKernels[kernel] << '=' << std::llround(flops / took / 1e6);
    if (kernel == 0 || took >= best || !is_worthwhile(times[kernel], times[0])) continue;
    best = took;
    choice.kernel = static_cast<Kernel>(kernel);
  }
  choice.speeds = speeds.str();
  return choice;
}

}  // namespace

Kernel kernel_for(const Product& product, const Measure& measure) {
  const Class of{product.form, up(product.rows), up(product.inner), up(product.columns), at::get_num_threads()};
  std::lock_guard<std::mutex> lock(choosing);
  auto found = choices.find(of);
  if (found == choices.end()) {
    // Another process may have measured it meanwhile.
    read_kept();
    found = choices.find(of);
  }
  if (found == choices.end()) {
    const Times times = measure(product);
    found = choices.emplace(of, choose(product, times)).first;
    if (!times.empty()) append(line_of(of, found->second));
  }
  found->second.used = true;
  return found->second.kernel;
}

std::vector<std::string> kernels_in_use() {
  std::lock_guard<std::mutex> lock(choosing);
  std::vector<std::string> lines;
  for (const auto& [of, choice] : choices)
    if (choice.used) lines.push_back(line_of(of, choice));
  return lines;
}

bool use_kernel(std::string_view line) {
  auto parsed = parse(line);
  if (!parsed) return false;
  std::lock_guard<std::mutex> lock(choosing);
  parsed->second.used = true;
  choices[parsed->first] = std::move(parsed->second);
  return true;
}

void keep_kernels(const std::string& file) {
  std::lock_guard<std::mutex> lock(choosing);
  kept_in = file;
  if (!kept_in.empty()) read_kept();
}

}  // namespace retort
