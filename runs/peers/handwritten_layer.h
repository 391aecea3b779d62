// One layer of the handwritten program: local random classifier, memristor pairs, three rules of update.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

constexpr int PIXELS = 784, CLASSES = 10;
constexpr float K = 32.95f / 674.f, THETA = 0.05f;                              // G_min/G_max; request worth a pulse
const float POTENTIATE = 1.f - std::exp(-0.03058f), DEPRESS = 1.f - std::exp(-0.3534f);     // TiOx at +-3 V

enum class Rule { FLOAT, TERNARY, ACCUMULATOR };
struct Settings { float eta, box, lowest, highest, factors[3]; };     // initial range of w or G; eta's factor per layer
constexpr Settings settings_of(Rule rule) {
    return rule == Rule::FLOAT     ? Settings{.03f, .5f, -.036f, .036f, {1.f, .5f, .2f}}
           : rule == Rule::TERNARY ? Settings{.1f, 1.f, .136f - .05f, .136f + .05f, {1.f, .3f, .1f}}
                                   : Settings{.12f, 1.f, .049f, .25f, {1.f, .3f, .1f}};
}

struct Random {
    std::mt19937 bits{1};
    float uniform(float low = 0.f, float high = 1.f) { return low + (high - low) * ((bits() >> 8) + .5f) * 0x1p-24f; }
    float exponential() { return -std::log(uniform()); }
};

struct List { int count; std::array<int, PIXELS> index; };
template <class Condition> List indices_where(int size, Condition condition) {
    List list;
    int count = 0;
    for (int i = 0; i < size; i++) list.index[count] = i, count += condition(i);    // no branch to mispredict
    list.count = count;
    return list;
}

constexpr int BLOCK = 32;                           // floats; rows are whole blocks
constexpr int padded(int size) { return (size + BLOCK - 1) / BLOCK * BLOCK; }

struct Pair { float plus, minus; };                 // side by side: a pulse pair touches one cache line
struct Event { int input, neuron; bool up; };

template <Rule RULE, int INPUTS, int NEURONS> struct Layer {
    static constexpr Settings SETTINGS = settings_of(RULE);
    static constexpr int HISTORY = 128;
    static constexpr int WIDTH = padded(NEURONS);           // a padding neuron has w = 0 and J = 0: always silent
    static constexpr int STRIDE = WIDTH + 16;               // rows 2 KB apart would compete for the same cache sets
    static constexpr bool BY_NEURON = INPUTS != PIXELS;     // layout of chi, see accumulate
    static constexpr int CHI_ROWS = BY_NEURON ? NEURONS : INPUTS, CHI_WIDTH = BY_NEURON ? padded(INPUTS) : WIDTH;

    alignas(64) float w[INPUTS][STRIDE] = {}, J[CLASSES][WIDTH] = {}, U[WIDTH], S[WIDTH], dw[WIDTH];
    alignas(64) Pair G[RULE == Rule::FLOAT ? 1 : INPUTS][STRIDE] = {};
    alignas(64) float chi[RULE == Rule::ACCUMULATOR ? CHI_ROWS : 1][CHI_WIDTH] = {};
    alignas(64) float requests[HISTORY][STRIDE] = {};       // dw of the last presentations; requests[0] stays zero
    std::array<uint8_t, INPUTS> pending{};                  // which of these the weights of an input still wait for
    int newest = 0;
    std::vector<Event> events;
    List spikes;

    explicit Layer(Random& random) {
        const auto start = [&] { return random.uniform(SETTINGS.lowest, SETTINGS.highest); };
        for (int j = 0; j < INPUTS; j++)
            for (int i = 0; i < NEURONS; i++)
                if constexpr (RULE == Rule::FLOAT) w[j][i] = start();
                else G[j][i] = {start(), start()}, w[j][i] = G[j][i].plus - G[j][i].minus;
        const float range = 3.f / std::sqrt(float(NEURONS));
        for (auto& row : J) std::generate(row, row + NEURONS, [&] { return random.uniform(-range, range); });
    }

    // U += rows of w. A request dw concerns active inputs only, and nobody reads their rows until the same input is
    // active again: it waits until then, so that float weights are read and written in one pass instead of two.
    template <int ROWS> void add_rows(const int* inputs) {
        float* row[ROWS];
        const float* request[ROWS];
        for (int r = 0; r < ROWS; r++) row[r] = w[inputs[r]], request[r] = requests[pending[inputs[r]]];
#pragma GCC ivdep
        for (int i = 0; i < WIDTH; i++) {
            float sum = U[i];
#pragma GCC unroll 8
            for (int r = 0; r < ROWS; r++) {
                if constexpr (RULE == Rule::FLOAT) row[r][i] += request[r][i];
                sum += row[r][i];
            }
            U[i] = sum;
        }
        for (int r = 0; r < ROWS; r++) pending[inputs[r]] = 0;
    }
    std::array<float, CLASSES> forward(const List& active) {
        std::fill(U, U + WIDTH, 0.f);
        int a = 0;
        for (; a + 8 <= active.count; a += 8) add_rows<8>(&active.index[a]);
        for (; a < active.count; a++) add_rows<1>(&active.index[a]);
        spikes = indices_where(NEURONS, [&](int i) { return U[i] > 0.f; });
        for (int i = 0; i < WIDTH; i++) S[i] = U[i] > 0.f ? 1.f : 0.f;
        std::array<float, CLASSES> y{};
        for (int k = 0; k < CLASSES; k++)
            for (int i = 0; i < WIDTH; i++) y[k] += J[k][i] * S[i];
        return y;
    }

    void learn(const List& active, const float* S_in, std::array<float, CLASSES> y, int label, float eta,
               Random& random) {
        const float largest = *std::max_element(y.begin(), y.end());
        for (float& value : y) value = std::exp(value - largest);
        const float scale = -eta / std::accumulate(y.begin(), y.end(), 0.f);
        for (float& value : y) value *= scale;              // y becomes -eta * err, with err = softmax(y) - onehot
        y[label] += eta;
        for (int i = 0; i < WIDTH; i++) {
            float request = 0.f;
#pragma GCC unroll 10
            for (int k = 0; k < CLASSES; k++) request += J[k][i] * y[k];
            dw[i] = std::fabs(U[i]) < SETTINGS.box ? request : 0.f;
        }
        if constexpr (RULE == Rule::FLOAT) postpone(active);
        if constexpr (RULE == Rule::TERNARY) draw_events(active, random);
        if constexpr (RULE == Rule::ACCUMULATOR) accumulate(active, S_in);
        for (const Event& event : events) pulse_pair(event);
        events.clear();
    }

    void postpone(const List& active) {
        if (++newest == HISTORY) {
            for (int j = 0; j < INPUTS; j++)
                if (pending[j]) add_rows<1>(&j);            // spoils U, which nobody needs any more
            newest = 1;
        }
        std::copy(dw, dw + WIDTH, requests[newest]);
        for (int a = 0; a < active.count; a++) pending[active.index[a]] = newest;
    }
    void add_event(int input, int neuron, bool up) {        // conductances come from afar: fetch now, pulse later
        __builtin_prefetch(&G[input][neuron], 1);
        events.push_back({input, neuron, up});
    }
    void pulse_pair(const Event& event) {
        Pair& pair = G[event.input][event.neuron];
        float &potentiated = event.up ? pair.plus : pair.minus, &depressed = event.up ? pair.minus : pair.plus;
        potentiated += (1.f - potentiated) * POTENTIATE;
        depressed -= (depressed - K) * DEPRESS;
        w[event.input][event.neuron] = pair.plus - pair.minus;
    }

    // Each active input of neuron i has an event with probability |dw_i|. A trial that fails uses up -log(1 - |dw_i|)
    // of an exponential variate; where the variate ends, there is an event. The rest of it serves the next neuron.
    void draw_events(const List& active, Random& random) {
        float hazard[WIDTH], left = random.exponential();
        for (int i = 0; i < WIDTH; i++) hazard[i] = -std::log(1.f - std::min(std::fabs(dw[i]), .999f));
        for (int i = 0; i < NEURONS; i++) {
            int a = 0;
            for (; left < hazard[i] * (active.count - a); left = random.exponential()) {
                a = std::min(a + int(left / hazard[i]), active.count - 1);
                add_event(active.index[a++], i, dw[i] > 0.f);
            }
            left -= hazard[i] * (active.count - a);
        }
    }

    // chi += dw S_in. Layer 1 has few active inputs: a row of chi per input. In the others half of the inputs are
    // active, but only a fifth to a third of the neurons are inside the box: there a row of chi belongs to a neuron.
    void accumulate(const List& active, const float* S_in) {
        if constexpr (BY_NEURON) {
            for (int i = 0; i < NEURONS; i++)
                if (dw[i] != 0.f) add_to_row(chi[i], S_in, dw[i], [&](int j, bool up) { add_event(j, i, up); });
        } else {
            for (int a = 0; a < active.count; a++) {
                const int j = active.index[a];
                add_to_row(chi[j], dw, 1.f, [&](int i, bool up) { add_event(j, i, up); });
            }
        }
    }
    template <class Due>
    static void add_to_row(float* __restrict row, const float* __restrict request, float factor, Due due) {
        float largest[BLOCK] = {};                          // per lane, so that lanes are compared once in a row
        for (int block = 0; block < CHI_WIDTH; block += BLOCK)
            for (int i = 0; i < BLOCK; i++) {
                row[block + i] += factor * request[block + i];
                largest[i] = std::max(largest[i], std::fabs(row[block + i]));
            }
        if (!any_due(largest)) return;
        for (int block = 0; block < CHI_WIDTH; block += BLOCK) {
            if (!any_due(row + block)) continue;
            for (int i = block; i < block + BLOCK; i++)
                if (std::fabs(row[i]) >= THETA) {
                    due(i, row[i] > 0.f);
                    row[i] -= row[i] > 0.f ? THETA : -THETA;
                }
        }
    }
    static bool any_due(const float* values) {
        int due = 0;
        for (int i = 0; i < BLOCK; i++) due |= std::fabs(values[i]) >= THETA;
        return due;
    }
};
