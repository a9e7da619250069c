// Non-maximum suppression: of boxes that lie over one another the best alone. To the bit as torchvision's operators, by the same arithmetic in the boxes' own
// dtype, as an operator of our own in the dispatcher.
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <torch/library.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "boxes.h"
#include "environment.h"
#include "parallel.h"

namespace retort {
namespace {

// So many boxes torchvision takes at once, each class moved to where no other is; of more it takes each class by itself.
constexpr int64_t kMostAtOnce = 1000;

// Boxes by their sides, best first, with room for whole vectors behind the last.
template <typename T>
struct SortedBoxes {
  std::vector<T> left, top, right, bottom, area;

  void resize(size_t count) {
    for (auto* side : {&left, &top, &right, &bottom, &area}) side->assign(count, 0);
  }
};

template <typename T>
struct SameSize;
template <>
struct SameSize<float> {
  using Integer = int32_t;
};
template <>
struct SameSize<double> {
  using Integer = int64_t;
};
template <typename T>
using Mark = typename SameSize<T>::Integer;

template <typename T>
constexpr int64_t kBoxesAtOnce = 32 / sizeof(T);

// Marks those from `first` to before `end` that lie over box i by more than the threshold. Statement by statement, so that nothing is fused: rounding
// decides ties.
template <typename T>
inline __attribute__((always_inline)) void mark_covered(const SortedBoxes<T>& boxes, int64_t i, int64_t first, int64_t end, T threshold,
                                                        Mark<T>* marks) {
  typedef T Lanes __attribute__((vector_size(32)));
  typedef Mark<T> Marks __attribute__((vector_size(32)));
  const Lanes zero{};
  const Lanes left = zero + boxes.left[i], top = zero + boxes.top[i], right = zero + boxes.right[i], bottom = zero + boxes.bottom[i];
  const Lanes area = zero + boxes.area[i], most = zero + threshold;
  Lanes l, t, r, b, other;
  Marks marked;
  for (int64_t j = first; j < end; j += kBoxesAtOnce<T>) {
    std::memcpy(&l, &boxes.left[j], sizeof l);
    std::memcpy(&t, &boxes.top[j], sizeof t);
    std::memcpy(&r, &boxes.right[j], sizeof r);
    std::memcpy(&b, &boxes.bottom[j], sizeof b);
    std::memcpy(&other, &boxes.area[j], sizeof other);
    std::memcpy(&marked, marks + j, sizeof marked);
    l = left < l ? l : left;
    t = top < t ? t : top;
    r = r < right ? r : right;
    b = b < bottom ? b : bottom;
    Lanes width = r - l, height = b - t;
    width = zero < width ? width : zero;
    height = zero < height ? height : zero;
    const Lanes both = width * height;
    const Lanes sum = area + other;
    const Lanes either = sum - both;
    const Lanes share = both / either;
    marked |= share > most;
    std::memcpy(marks + j, &marked, sizeof marked);
  }
}

template <typename T>
using Marking = void (*)(const SortedBoxes<T>& boxes, int64_t i, int64_t first, int64_t end, T threshold, Mark<T>* marks);

template <typename T>
void mark_plainly(const SortedBoxes<T>& boxes, int64_t i, int64_t first, int64_t end, T threshold, Mark<T>* marks) {
  mark_covered(boxes, i, first, end, threshold, marks);
}

#if defined(__x86_64__)
// Without fma, whose rounding is another.
template <typename T>
__attribute__((target("avx2"))) void mark_by_avx2(const SortedBoxes<T>& boxes, int64_t i, int64_t first, int64_t end, T threshold, Mark<T>* marks) {
  mark_covered(boxes, i, first, end, threshold, marks);
}
#endif

template <typename T>
Marking<T> marking() {
#if defined(__x86_64__)
  static const bool has_avx2 = at::get_cpu_capability().starts_with("AVX");
  if (has_avx2) return mark_by_avx2<T>;
#endif
  return mark_plainly<T>;
}

// The largest number of the dtype that is not above the threshold: what is above the one is above the other.
template <typename T>
T not_above(double threshold) {
  const auto near = static_cast<T>(threshold);
  return static_cast<double>(near) > threshold ? std::nextafter(near, -std::numeric_limits<T>::infinity()) : near;
}

// Which of the boxes of `order`, best first, are kept; `most` at most.
template <typename T>
std::vector<int64_t> suppressed(const T* boxes, const std::vector<int64_t>& order, double threshold, int64_t most) {
  const auto count = static_cast<int64_t>(order.size());
  const int64_t room = count + kBoxesAtOnce<T>;
  SortedBoxes<T> sorted;
  sorted.resize(room);
  for (int64_t i = 0; i < count; ++i) {
    const T* const box = boxes + 4 * order[i];
    sorted.left[i] = box[0];
    sorted.top[i] = box[1];
    sorted.right[i] = box[2];
    sorted.bottom[i] = box[3];
    sorted.area[i] = (box[2] - box[0]) * (box[3] - box[1]);
  }
  std::vector<Mark<T>> marks(room, 0);
  const auto mark = marking<T>();
  const T limit = not_above<T>(threshold);
  std::vector<int64_t> kept;
  for (int64_t i = 0; i < count && static_cast<int64_t>(kept.size()) < most; ++i) {
    if (marks[i]) continue;
    kept.push_back(order[i]);
    mark(sorted, i, i + 1, count, limit, marks.data());
  }
  return kept;
}

// One set of boxes and its results.
template <typename T>
struct BoxSet {
  const T* boxes;
  const double* scores;
  const int64_t* classes;  // null where there are none
  int64_t count;
  std::vector<int64_t> order;  // those that may be kept, best first; of equals, the first
  std::vector<int64_t> kept;
};

template <typename T>
void order_by_score(BoxSet<T>& set, bool without_infinite) {
  for (int64_t i = 0; i < set.count; ++i)
    if (!without_infinite || set.scores[i] != -std::numeric_limits<double>::infinity()) set.order.push_back(i);
  std::stable_sort(set.order.begin(), set.order.end(), [&](int64_t one, int64_t other) { return set.scores[one] > set.scores[other]; });
}

// All classes at once, each beyond the others; in torchvision's arithmetic, whose rounding is part of what it answers.
template <typename T>
std::vector<int64_t> suppressed_apart(const BoxSet<T>& set, double threshold, int64_t most) {
  if (set.count == 0) return {};
  const T step = *std::max_element(set.boxes, set.boxes + 4 * set.count) + static_cast<T>(1);
  std::vector<T> moved(4 * set.count);
  for (int64_t i = 0; i < set.count; ++i) {
    const T offset = static_cast<T>(set.classes[i]) * step;
    for (int64_t side = 0; side < 4; ++side) moved[4 * i + side] = set.boxes[4 * i + side] + offset;
  }
  return suppressed(moved.data(), set.order, threshold, most);
}

template <typename T>
void suppress_sets(std::vector<BoxSet<T>>& sets, double threshold, int64_t most) {
  struct Task {
    BoxSet<T>* set;
    std::vector<int64_t> order;
    bool is_apart;
    std::vector<int64_t> kept;
  };
  std::vector<Task> tasks;
  for (auto& set : sets) {
    if (!set.classes || set.count <= kMostAtOnce) {
      tasks.push_back({&set, set.order, set.classes != nullptr, {}});
      continue;
    }
    std::map<int64_t, std::vector<int64_t>> classes;
    for (const int64_t i : set.order) classes[set.classes[i]].push_back(i);
    for (auto& [number, order] : classes) tasks.push_back({&set, std::move(order), false, {}});
  }
  in_parallel(static_cast<int64_t>(tasks.size()), [&](int64_t i) {
    auto& task = tasks[i];
    task.kept = task.is_apart ? suppressed_apart(*task.set, threshold, most) : suppressed(task.set->boxes, task.order, threshold, most);
  });
  for (auto& task : tasks) task.set->kept.insert(task.set->kept.end(), task.kept.begin(), task.kept.end());
  for (auto& set : sets) {
    if (!set.classes || set.count <= kMostAtOnce) continue;
    // Of several classes, in the order of all.
    std::vector<bool> is_kept(set.count);
    for (const int64_t i : set.kept) is_kept[i] = true;
    set.kept.clear();
    for (const int64_t i : set.order)
      if (is_kept[i] && static_cast<int64_t>(set.kept.size()) < most) set.kept.push_back(i);
  }
}

void check_nms(const at::Tensor& boxes, const at::Tensor& scores, const std::optional<at::Tensor>& classes, double threshold,
               std::optional<int64_t> most) {
  TORCH_CHECK(boxes.dim() >= 2 && boxes.size(-1) == 4, "nms takes boxes [N, 4] (x1, y1, x2, y2), got ", boxes.sizes());
  TORCH_CHECK(boxes.scalar_type() == at::kFloat || boxes.scalar_type() == at::kDouble, "nms takes boxes of float32 or float64, got ",
              scalar_type_name(boxes.scalar_type()));
  const auto each = boxes.sizes().slice(0, boxes.dim() - 1);
  TORCH_CHECK(scores.sizes() == each, "nms takes a score for each box, got scores ", scores.sizes(), " for boxes ", boxes.sizes());
  TORCH_CHECK(at::isFloatingType(scores.scalar_type()), "nms takes scores of floating point, got ", scalar_type_name(scores.scalar_type()));
  TORCH_CHECK(!classes || classes->sizes() == each, "nms takes a class for each box, got classes ", classes->sizes(), " for boxes ",
              boxes.sizes());
  TORCH_CHECK(!classes || at::isIntegralType(classes->scalar_type(), false), "nms takes classes of whole numbers, got ",
              scalar_type_name(classes->scalar_type()));
  TORCH_CHECK(threshold >= 0 && threshold <= 1, "nms: iouThreshold is a number from 0 to 1, got ", threshold);
  TORCH_CHECK(!most || *most >= 1, "nms: most is a whole number from 1, got ", *most);
  TORCH_CHECK(most || boxes.dim() == 2, "nms: of several sets of boxes ", boxes.sizes(), " each keeps as many as it does: say most");
}

std::vector<int64_t> kept_shape(const at::Tensor& boxes, int64_t most) {
  auto shape = boxes.sizes().slice(0, boxes.dim() - 2).vec();
  shape.push_back(most);
  return shape;
}

at::Tensor nms_cpu(const at::Tensor& given_boxes, const at::Tensor& given_scores, const std::optional<at::Tensor>& given_classes, double threshold,
                   std::optional<int64_t> most) {
  check_nms(given_boxes, given_scores, given_classes, threshold, most);
  const auto boxes = given_boxes.contiguous(), scores = given_scores.to(at::kDouble).contiguous();
  const auto classes = given_classes ? given_classes->to(at::kLong).contiguous() : at::Tensor();
  const auto* const all_scores = scores.const_data_ptr<double>();
  const auto* const all_classes = given_classes ? classes.const_data_ptr<int64_t>() : nullptr;
  const int64_t count = boxes.size(-2), sets = count > 0 ? scores.numel() / count : 0;
  const auto at_most = most.value_or(std::numeric_limits<int64_t>::max());
  at::Tensor result;
  AT_DISPATCH_FLOATING_TYPES(boxes.scalar_type(), "nms", [&] {
    const auto* const all = boxes.const_data_ptr<scalar_t>();
    for (int64_t i = 0; i < boxes.numel(); ++i)
      TORCH_CHECK(!std::isnan(all[i]), "nms: box ", i / 4 % count, " has a NaN: what made it has diverged");
    for (int64_t i = 0; i < scores.numel(); ++i)
      TORCH_CHECK(!std::isnan(all_scores[i]), "nms: the score of box ", i % count, " is NaN: what made it has diverged");
    std::vector<BoxSet<scalar_t>> found;
    for (int64_t i = 0; i < sets; ++i) {
      found.push_back({all + 4 * count * i, all_scores + count * i, all_classes ? all_classes + count * i : nullptr, count, {}, {}});
      order_by_score(found.back(), most.has_value());
    }
    suppress_sets(found, threshold, at_most);
    if (!most) {
      result = at::tensor(found.empty() ? std::vector<int64_t>() : found[0].kept, at::kLong);
      return;
    }
    result = at::full(kept_shape(boxes, *most), -1, at::kLong);
    auto* to = result.mutable_data_ptr<int64_t>();
    for (const auto& set : found) {
      std::copy(set.kept.begin(), set.kept.end(), to);
      to += *most;
    }
  });
  return result;
}

at::Tensor nms_meta(const at::Tensor& boxes, const at::Tensor& scores, const std::optional<at::Tensor>& classes, double threshold,
                    std::optional<int64_t> most) {
  check_nms(boxes, scores, classes, threshold, most);
  TORCH_CHECK(most, "nms: how many boxes are kept depends on them, and on the meta device there are none: say most");
  return at::full(kept_shape(boxes, *most), -1, boxes.options().dtype(at::kLong));
}

}  // namespace

void register_nms(torch::Library& library) {
  library.def("nms(Tensor boxes, Tensor scores, Tensor? classes, float iou_threshold, int? most=None) -> Tensor");
  library.impl("nms", c10::DispatchKey::CPU, TORCH_FN(nms_cpu));
  library.impl("nms", c10::DispatchKey::Meta, TORCH_FN(nms_meta));
}

}  // namespace retort
