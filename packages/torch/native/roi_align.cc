// RoIAlign (He et al. 2017): what a map has at the places of boxes, each box cut into bins, each bin the mean of samples between pixels. Forward and the
// gradient of the map, to the definition of torchvision's operator, as operators of our own in the dispatcher: autograd, modes, tracing and profiles see them
// as they see libtorch's.
#include <ATen/TensorUtils.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "boxes.h"
#include "environment.h"
#include "parallel.h"
#include "rows.h"

namespace retort {
namespace {

// A box of more samples than this along a side of a bin is none of any image.
constexpr int64_t kMostSamples = int64_t{1} << 20;

struct AlignOptions {
  int64_t height, width;  // of what is made of a box
  double scale;           // pixels of the map a pixel of the boxes
  int64_t samples;        // along each side of a bin; from the box where it is not above 0
  bool aligned;           // whether a pixel's centre is half a pixel from its corner
};

// How the bins along one side of a box see the pixels along it: of bin b, entries from starts[b] to before starts[b + 1].
template <typename T>
struct BinsAlong {
  std::vector<int64_t> starts, pixels;
  std::vector<T> weights;

  // As torchvision computes it, operation by operation: at the borders, beyond which samples are 0, rounding decides.
  void place(T start, T length, int64_t bins, int64_t samples, int64_t size) {
    const T bin_size = length / static_cast<T>(bins);
    starts.assign(1, 0);
    pixels.clear();
    weights.clear();
    for (int64_t bin = 0; bin < bins; ++bin) {
      for (int64_t i = 0; i < samples; ++i) {
        T at = start + static_cast<T>(bin) * bin_size + static_cast<T>(static_cast<float>(i) + .5f) * bin_size / static_cast<T>(samples);
        if (at < -1.0 || at > static_cast<T>(size)) continue;
        at = std::max(at, static_cast<T>(0));
        auto low = static_cast<int64_t>(at);
        int64_t high = low + 1;
        if (low >= size - 1) {
          high = low = size - 1;
          at = static_cast<T>(low);
        }
        const T share = at - static_cast<T>(low);
        add(low, static_cast<T>(1.) - share);
        add(high, share);
      }
      starts.push_back(static_cast<int64_t>(pixels.size()));
    }
  }

 private:
  // Samples of a bin that follow one another mostly see the same pixels.
  void add(int64_t pixel, T weight) {
    const auto first = static_cast<size_t>(starts.back());
    for (size_t back = 1; back <= 2 && first + back <= pixels.size(); ++back) {
      if (pixels[pixels.size() - back] != pixel) continue;
      weights[pixels.size() - back] += weight;
      return;
    }
    pixels.push_back(pixel);
    weights.push_back(weight);
  }
};

// One box on its map: which pixels each bin sees, row by row, and how much of each.
template <typename T>
class PlacedBox {
 public:
  // `box` is image, x1, y1, x2, y2.
  void place(const T* box, const AlignOptions& options, int64_t height, int64_t width) {
    const T scale = static_cast<T>(options.scale), offset = static_cast<T>(options.aligned ? 0.5 : 0.0);
    const T left = box[1] * scale - offset, top = box[2] * scale - offset;
    T across = box[3] * scale - offset - left, down = box[4] * scale - offset - top;
    if (!options.aligned) {
      across = std::max(across, static_cast<T>(1.));
      down = std::max(down, static_cast<T>(1.));
    }
    const int64_t samples_down = samples_along(down, options.height, options.samples);
    const int64_t samples_across = samples_along(across, options.width, options.samples);
    rows_.place(top, down, options.height, samples_down, height);
    columns_.place(left, across, options.width, samples_across, width);
    mean_ = static_cast<T>(1.) / static_cast<T>(std::max<int64_t>(samples_down * samples_across, 1));
  }

  // The pixels of a bin: so many elements from the first pixel of the map each.
  WeightedRows<T> bin(int64_t row, int64_t column, int64_t row_stride, int64_t pixel_stride) {
    offsets_.clear();
    weights_.clear();
    for (int64_t y = rows_.starts[row]; y < rows_.starts[row + 1]; ++y) {
      for (int64_t x = columns_.starts[column]; x < columns_.starts[column + 1]; ++x) {
        offsets_.push_back(rows_.pixels[y] * row_stride + columns_.pixels[x] * pixel_stride);
        weights_.push_back(rows_.weights[y] * columns_.weights[x] * mean_);
      }
    }
    return {offsets_.data(), weights_.data(), static_cast<int64_t>(offsets_.size())};
  }

 private:
  static int64_t samples_along(T length, int64_t bins, int64_t samples) {
    if (samples > 0) return samples;
    const double own = std::ceil(length / static_cast<T>(bins));
    TORCH_CHECK(own <= static_cast<double>(kMostSamples), "roi_align: a box is ", length,
                " pixels of the map long: boxes are to be within their images, or nearly so");
    return std::max<int64_t>(static_cast<int64_t>(own), 0);
  }

  BinsAlong<T> rows_, columns_;
  T mean_ = 0;
  std::vector<int64_t> offsets_;
  std::vector<T> weights_;
};

void check_align_shapes(at::IntArrayRef features, const at::Tensor& boxes, at::IntArrayRef output, double scale) {
  TORCH_CHECK(features.size() == 4, "roi_align takes features [N, C, H, W], got ", features);
  TORCH_CHECK(boxes.dim() == 2 && boxes.size(1) == 5, "roi_align takes boxes [K, 5] (image, x1, y1, x2, y2), got ", boxes.sizes());
  TORCH_CHECK(boxes.scalar_type() == at::kFloat || boxes.scalar_type() == at::kDouble,
              "roi_align takes boxes of float32 or float64, got ", scalar_type_name(boxes.scalar_type()));
  TORCH_CHECK(output.size() == 2 && output[0] > 0 && output[1] > 0, "roi_align: the output size is two numbers from 1, got ", output);
  TORCH_CHECK(features[2] > 0 && features[3] > 0, "roi_align: the map has no pixels: ", features);
  TORCH_CHECK(std::isfinite(scale) && scale > 0, "roi_align: spatialScale is a number above 0, got ", scale);
}

template <typename T>
void check_boxes(const T* boxes, int64_t count, int64_t images) {
  for (int64_t k = 0; k < count; ++k) {
    const T* const box = boxes + 5 * k;
    for (int64_t i = 1; i < 5; ++i)
      TORCH_CHECK(std::isfinite(box[i]), "roi_align: box ", k, " is [", box[1], ", ", box[2], ", ", box[3], ", ", box[4], "], which is no box");
    TORCH_CHECK(box[0] >= 0 && box[0] < static_cast<T>(images) && box[0] == std::floor(box[0]), "roi_align: box ", k, " is of image ", box[0],
                ", and there are ", images, ", counted from 0");
  }
}

// Whether it is cheaper to bring a map's channels together than to pick each number by itself: where boxes see more pixels than half of it has.
bool worth_moving(at::IntArrayRef features, int64_t boxes, const AlignOptions& options) {
  constexpr int64_t kSeenByBin = 8;
  return boxes * options.height * options.width * kSeenByBin > features[0] * features[2] * features[3];
}

bool has_channels_last(const at::Tensor& tensor) {
  return tensor.suggest_memory_format() == at::MemoryFormat::ChannelsLast && tensor.is_contiguous(at::MemoryFormat::ChannelsLast);
}

// features: channels last. Boxes are shared out by turns, since those that follow one another are often of one size.
template <typename T>
void align_channels_last(const T* features, const T* boxes, T* result, at::IntArrayRef size, int64_t count, const AlignOptions& options) {
  const int64_t channels = size[1], height = size[2], width = size[3];
  const int64_t turns = std::min<int64_t>(at::get_num_threads(), count);
  in_parallel(turns, [&](int64_t turn) {
    PlacedBox<T> placed;
    for (int64_t k = turn; k < count; k += turns) {
      const T* const box = boxes + 5 * k;
      const T* const map = features + static_cast<int64_t>(box[0]) * height * width * channels;
      placed.place(box, options, height, width);
      T* to = result + k * options.height * options.width * channels;
      for (int64_t row = 0; row < options.height; ++row)
        for (int64_t column = 0; column < options.width; ++column, to += channels)
          gather_rows(map, placed.bin(row, column, width * channels, channels), to, channels);
    }
  });
}

// features: contiguous, each channel by itself.
template <typename T>
void align_contiguous(const T* features, const T* boxes, T* result, at::IntArrayRef size, int64_t count, const AlignOptions& options) {
  const int64_t channels = size[1], height = size[2], width = size[3], bins = options.height * options.width;
  const int64_t turns = std::min<int64_t>(at::get_num_threads(), count);
  in_parallel(turns, [&](int64_t turn) {
    PlacedBox<T> placed;
    for (int64_t k = turn; k < count; k += turns) {
      const T* const box = boxes + 5 * k;
      const T* const map = features + static_cast<int64_t>(box[0]) * channels * height * width;
      placed.place(box, options, height, width);
      for (int64_t bin = 0; bin < bins; ++bin) {
        const auto seen = placed.bin(bin / options.width, bin % options.width, width, 1);
        for (int64_t channel = 0; channel < channels; ++channel) {
          T sum = 0;
          for (int64_t i = 0; i < seen.count; ++i) sum += map[channel * height * width + seen.offsets[i]] * seen.weights[i];
          result[(k * channels + channel) * bins + bin] = sum;
        }
      }
    }
  });
}

// Boxes by their image, in the order in which they came.
template <typename T>
std::vector<std::vector<int64_t>> by_image(const T* boxes, int64_t count, int64_t images) {
  std::vector<std::vector<int64_t>> found(images);
  for (int64_t k = 0; k < count; ++k) found[static_cast<int64_t>(boxes[5 * k])].push_back(k);
  return found;
}

// How many parts the channels of each image are cut into so that every thread has work, of `unit` channels or a multiple. An element is of one part alone, and
// boxes are added to it in their order: its bits do not depend on threads.
int64_t part_of_channels(int64_t images, int64_t channels, int64_t unit) {
  const int64_t threads = at::get_num_threads();
  const int64_t parts = std::max<int64_t>((threads + images - 1) / images, 1);
  const int64_t units = (channels + unit - 1) / unit;
  return std::max<int64_t>((units + parts - 1) / parts, 1) * unit;
}

template <typename T>
void spread_channels_last(const T* gradient, const T* boxes, T* result, at::IntArrayRef size, int64_t count, const AlignOptions& options) {
  const int64_t images = size[0], channels = size[1], height = size[2], width = size[3];
  const auto of_image = by_image(boxes, count, images);
  // A line of the cache, so that no two threads write into one.
  const int64_t part = part_of_channels(images, channels, 64 / static_cast<int64_t>(sizeof(T)));
  const int64_t parts = (channels + part - 1) / part;
  in_parallel(images * parts, [&](int64_t task) {
    const int64_t image = task / parts, first = task % parts * part, length = std::min(part, channels - first);
    T* const map = result + image * height * width * channels + first;
    PlacedBox<T> placed;
    for (const int64_t k : of_image[image]) {
      placed.place(boxes + 5 * k, options, height, width);
      const T* from = gradient + k * options.height * options.width * channels + first;
      for (int64_t row = 0; row < options.height; ++row)
        for (int64_t column = 0; column < options.width; ++column, from += channels)
          scatter_rows(from, placed.bin(row, column, width * channels, channels), map, length);
    }
  });
}

template <typename T>
void spread_contiguous(const T* gradient, const T* boxes, T* result, at::IntArrayRef size, int64_t count, const AlignOptions& options) {
  const int64_t images = size[0], channels = size[1], height = size[2], width = size[3], bins = options.height * options.width;
  const auto of_image = by_image(boxes, count, images);
  const int64_t part = part_of_channels(images, channels, 1), parts = (channels + part - 1) / part;
  in_parallel(images * parts, [&](int64_t task) {
    const int64_t image = task / parts, first = task % parts * part, last = std::min(first + part, channels);
    PlacedBox<T> placed;
    for (const int64_t k : of_image[image]) {
      placed.place(boxes + 5 * k, options, height, width);
      for (int64_t bin = 0; bin < bins; ++bin) {
        const auto seen = placed.bin(bin / options.width, bin % options.width, width, 1);
        for (int64_t channel = first; channel < last; ++channel) {
          T* const map = result + (image * channels + channel) * height * width;
          const T given = gradient[(k * channels + channel) * bins + bin];
          for (int64_t i = 0; i < seen.count; ++i) map[seen.offsets[i]] += given * seen.weights[i];
        }
      }
    }
  });
}

// What is computed in: half precision has too few digits for places between pixels.
at::ScalarType computed_in(at::ScalarType type) {
  TORCH_CHECK(at::isFloatingType(type), "roi_align takes features of floating point, got ", scalar_type_name(type));
  return type == at::kDouble ? at::kDouble : at::kFloat;
}

at::Tensor roi_align_cpu(const at::Tensor& features, const at::Tensor& boxes, at::IntArrayRef output, double scale, int64_t samples, bool aligned) {
  check_align_shapes(features.sizes(), boxes, output, scale);
  const AlignOptions options{output[0], output[1], scale, samples, aligned};
  const auto type = computed_in(features.scalar_type());
  const auto format = has_channels_last(features) ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
  const bool moved = format == at::MemoryFormat::ChannelsLast || worth_moving(features.sizes(), boxes.size(0), options);
  const auto layout = moved ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
  const auto map = features.to(type).contiguous(layout), places = boxes.to(type).contiguous();
  auto result = at::empty({boxes.size(0), features.size(1), output[0], output[1]}, map.options(), layout);
  AT_DISPATCH_FLOATING_TYPES(type, "roi_align", [&] {
    check_boxes(places.const_data_ptr<scalar_t>(), places.size(0), map.size(0));
    (moved ? align_channels_last<scalar_t> : align_contiguous<scalar_t>)(map.const_data_ptr<scalar_t>(), places.const_data_ptr<scalar_t>(),
                                                                         result.mutable_data_ptr<scalar_t>(), map.sizes(), places.size(0), options);
  });
  return result.to(features.scalar_type()).contiguous(format);
}

at::Tensor roi_align_meta(const at::Tensor& features, const at::Tensor& boxes, at::IntArrayRef output, double scale, int64_t, bool) {
  check_align_shapes(features.sizes(), boxes, output, scale);
  computed_in(features.scalar_type());
  const auto format = has_channels_last(features) ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
  return at::empty({boxes.size(0), features.size(1), output[0], output[1]}, features.options(), format);
}

at::Tensor roi_align_backward_cpu(const at::Tensor& gradient, const at::Tensor& boxes, at::IntArrayRef size, at::IntArrayRef output, double scale,
                                  int64_t samples, bool aligned, bool channels_last) {
  check_align_shapes(size, boxes, output, scale);
  const AlignOptions options{output[0], output[1], scale, samples, aligned};
  const auto type = computed_in(gradient.scalar_type());
  const bool moved = channels_last || worth_moving(size, boxes.size(0), options);
  const auto layout = moved ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
  const auto given = gradient.to(type).contiguous(layout), places = boxes.to(type).contiguous();
  auto result = at::empty(size, given.options(), layout).zero_();
  AT_DISPATCH_FLOATING_TYPES(type, "roi_align_backward", [&] {
    check_boxes(places.const_data_ptr<scalar_t>(), places.size(0), size[0]);
    (moved ? spread_channels_last<scalar_t> : spread_contiguous<scalar_t>)(given.const_data_ptr<scalar_t>(), places.const_data_ptr<scalar_t>(),
                                                                           result.mutable_data_ptr<scalar_t>(), size, places.size(0), options);
  });
  return result.to(gradient.scalar_type()).contiguous(channels_last ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
}

at::Tensor roi_align_backward_meta(const at::Tensor& gradient, const at::Tensor& boxes, at::IntArrayRef size, at::IntArrayRef output, double scale,
                                   int64_t, bool, bool channels_last) {
  check_align_shapes(size, boxes, output, scale);
  return at::empty(size, gradient.options(), channels_last ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
}

template <typename Signature>
c10::TypedOperatorHandle<Signature> operator_named(const char* name) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Signature>();
}

at::Tensor call_roi_align(const at::Tensor& features, const at::Tensor& boxes, at::IntArrayRef output, double scale, int64_t samples, bool aligned) {
  static const auto call = operator_named<decltype(roi_align_cpu)>("retort::roi_align");
  return call.call(features, boxes, output, scale, samples, aligned);
}

at::Tensor call_roi_align_backward(const at::Tensor& gradient, const at::Tensor& boxes, at::IntArrayRef size, at::IntArrayRef output, double scale,
                                   int64_t samples, bool aligned, bool channels_last) {
  static const auto call = operator_named<decltype(roi_align_backward_cpu)>("retort::roi_align_backward");
  return call.call(gradient, boxes, size, output, scale, samples, aligned, channels_last);
}

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// libtorch's own class for these holds a lock while backward runs, which is no matter: this one never calls JavaScript.
class RoiAlign final : public torch::autograd::Function<RoiAlign> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& features, const at::Tensor& boxes, at::IntArrayRef output, double scale,
                            int64_t samples, bool aligned) {
    context->save_for_backward({boxes});
    context->saved_data["size"] = features.sizes().vec();
    context->saved_data["output"] = output.vec();
    context->saved_data["scale"] = scale;
    context->saved_data["samples"] = samples;
    context->saved_data["aligned"] = aligned;
    context->saved_data["channels_last"] = has_channels_last(features);
    const at::AutoDispatchBelowADInplaceOrView below;
    return call_roi_align(features, boxes, output, scale, samples, aligned);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto boxes = context->get_saved_variables()[0];
    auto& saved = context->saved_data;
    auto gradient = call_roi_align_backward(gradients[0], boxes, saved["size"].toIntVector(), saved["output"].toIntVector(),
                                            saved["scale"].toDouble(), saved["samples"].toInt(), saved["aligned"].toBool(),
                                            saved["channels_last"].toBool());
    // Boxes are where to look, and get none.
    return {gradient, {}, {}, {}, {}, {}};
  }
};

class RoiAlignBackward final : public torch::autograd::Function<RoiAlignBackward> {
 public:
  static at::Tensor forward(AutogradContext*, const at::Tensor& gradient, const at::Tensor& boxes, at::IntArrayRef size, at::IntArrayRef output,
                            double scale, int64_t samples, bool aligned, bool channels_last) {
    const at::AutoDispatchBelowADInplaceOrView below;
    return call_roi_align_backward(gradient, boxes, size, output, scale, samples, aligned, channels_last);
  }

  static variable_list backward(AutogradContext*, const variable_list&) {
    TORCH_CHECK(false, "roi_align has a first derivative alone: the gradient of its gradient is not computed");
  }
};

at::Tensor roi_align_autograd(const at::Tensor& features, const at::Tensor& boxes, at::IntArrayRef output, double scale, int64_t samples,
                              bool aligned) {
  return RoiAlign::apply(features, boxes, output, scale, samples, aligned);
}

at::Tensor roi_align_backward_autograd(const at::Tensor& gradient, const at::Tensor& boxes, at::IntArrayRef size, at::IntArrayRef output,
                                       double scale, int64_t samples, bool aligned, bool channels_last) {
  return RoiAlignBackward::apply(gradient, boxes, size, output, scale, samples, aligned, channels_last);
}

}  // namespace

void register_roi_align(torch::Library& library) {
  library.def(
      "roi_align(Tensor features, Tensor boxes, int[2] output_size, float spatial_scale=1., int sampling_ratio=-1, bool aligned=False) -> Tensor");
  library.def(
      "roi_align_backward(Tensor gradient, Tensor boxes, int[] size, int[2] output_size, float spatial_scale, int sampling_ratio, bool aligned, "
      "bool channels_last) -> Tensor");
  library.impl("roi_align", c10::DispatchKey::CPU, TORCH_FN(roi_align_cpu));
  library.impl("roi_align", c10::DispatchKey::Meta, TORCH_FN(roi_align_meta));
  library.impl("roi_align", c10::DispatchKey::Autograd, TORCH_FN(roi_align_autograd));
  library.impl("roi_align_backward", c10::DispatchKey::CPU, TORCH_FN(roi_align_backward_cpu));
  library.impl("roi_align_backward", c10::DispatchKey::Meta, TORCH_FN(roi_align_backward_meta));
  library.impl("roi_align_backward", c10::DispatchKey::Autograd, TORCH_FN(roi_align_backward_autograd));
}

}  // namespace retort
