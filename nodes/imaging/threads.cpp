// One thread per node call: the graph runs the nodes in parallel, and OpenCV's own threads inside its workers
// double the processor time for nothing.
#include <opencv2/core/utility.hpp>

namespace radflow {
namespace {

const bool single_threaded = (cv::setNumThreads(1), true);

}  // namespace
}  // namespace radflow
