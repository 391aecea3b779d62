// Stages of a time step as a pipeline: each stage runs its own code objects, step after step, as soon as what it needs of
// others is there. Whatever the threads do, each code object sees what it would see if all ran one after the other.
#pragma once
#include "objects.h"
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <iostream>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace brian {

// A copy of Brian2's generator that knows how many numbers it has given.
class StageGenerator
{
    RandomGenerator generator;

public:
    int64_t drawn = 0;
    void begin(const RandomGenerator &other) { generator = other; drawn = 0; }
    double rand() { drawn++; return generator.rand(); }
    void go_to(const int64_t place) { while (drawn < place) rand(); }
};

class Pipeline
{
    static constexpr int64_t AHEAD = 8;  // steps by which a stage may be ahead of another
    static constexpr int SPINS = 2000;  // looks at what is awaited before a thread sleeps: some 50 us
    static constexpr int64_t TRIED = 128;  // steps by which stages are shared out, at most an eighth of a run
    static constexpr int64_t TURN = 1000;  // steps of a turn, after which threads meet
    static constexpr int64_t TURNS = 32;  // turns, of which two are trials
    static constexpr double WORTH = 1.1;  // speed-up from which more than one thread goes on

    struct Object
    {
        codeobj_func run;
        int stage;
        std::vector<int> needs;  // objects of other stages, in this step
        std::vector<int> hands;  // arrays that are whole after it
        std::vector<int> decides;  // draws that are known after it
        int draw = -1;
        bool tells = false;  // whether others wait for it
    };
    struct Stage
    {
        std::vector<int> objects;
        std::vector<int> copies;  // arrays of other stages, and
        std::vector<void **> places;  // where its code looks for them
        int64_t *timestep;
        double *t;
        StageGenerator *generator;
        int64_t step = 0;
        size_t next = 0;
        double seconds = 0;
        alignas(64) std::atomic<int64_t> position{0};  // of its first object, over all steps, that is still to run
    };
    struct Array
    {
        const void *values;
        size_t bytes;
        std::vector<char> copies;
        void *copy(const int64_t step) { return copies.data() + step % AHEAD * bytes; }
    };
    struct Draw
    {
        int object, decided_by;  // -1: it is always made
        const int32_t *number;  // of events, without which it is not made
        int64_t made[AHEAD + 1] = {0};  // until the end of a step
        int64_t until(const int64_t step) const { return decided_by < 0 ? step : step ? made[(step - 1) % (AHEAD + 1)] : 0; }
    };
    typedef std::vector<std::vector<Stage *>> Shares;  // of threads
    std::vector<Object> objects;
    std::vector<std::unique_ptr<Stage>> stages;
    std::vector<Array> arrays;
    std::vector<Draw> draws;
    const double *dt;
    int64_t steps = 0, first = 0, drawn = 0;  // done so far, number of the first one, draws of all
    bool begun = false;
    std::atomic<int> asleep{0};
    std::mutex gate;
    std::condition_variable told;

    bool has_run(const int object, const int64_t step) const
    {
        return stages[objects[object].stage]->position >= step * (int64_t)objects.size() + object + 1;
    }
    bool can_begin(const Stage &stage) const
    {
        for (const auto &other : stages)
            if (stage.step >= other->position / (int64_t)objects.size() + AHEAD) return false;
        return true;
    }
    // Whether it is known how many draws come before one of a step.
    bool is_placed(const Draw &draw, const int64_t step) const
    {
        for (const Draw &other : draws)
        {
            const int64_t last = other.object < draw.object ? step : step - 1;
            if (other.decided_by >= 0 && last >= 0 && !has_run(other.decided_by, last)) return false;
        }
        return true;
    }
    bool is_made(const Draw &draw, const int64_t step) const { return draw.until(step + 1) > draw.until(step); }
    bool can_go_on(const Stage &stage, const int64_t until) const
    {
        if (stage.step == until) return false;
        if (stage.next == 0 && !can_begin(stage)) return false;
        const Object &object = objects[stage.objects[stage.next]];
        for (const int other : object.needs)
            if (!has_run(other, stage.step)) return false;
        return object.draw < 0 || !is_made(draws[object.draw], stage.step) || is_placed(draws[object.draw], stage.step);
    }
    void tell(Stage &stage, const int64_t position)
    {
        stage.position = position;
        if (asleep == 0) return;
        { std::lock_guard<std::mutex> lock(gate); }
        told.notify_all();
    }
    void call(Stage &stage, const Object &object)
    {
        int64_t place = stage.generator ? stage.generator->drawn : 0;
        if (object.draw >= 0 && is_made(draws[object.draw], stage.step))
        {
            place = 1;
            for (const Draw &other : draws) place += other.until(stage.step + (other.object < draws[object.draw].object));
            stage.generator->go_to(place - 1);
        }
        object.run();
        if (stage.generator && stage.generator->drawn != place)
        {
            std::cerr << "A code object has not drawn as many random numbers as were foreseen." << std::endl;
            std::abort();
        }
        for (const int number : object.hands) std::memcpy(arrays[number].copy(stage.step), arrays[number].values, arrays[number].bytes);
        for (const int number : object.decides)
        {
            Draw &draw = draws[number];
            draw.made[stage.step % (AHEAD + 1)] = draw.until(stage.step) + (*draw.number != 0);
        }
    }
    // Goes on in a step as far as it can; whether it could.
    bool advance(Stage &stage, const int64_t until)
    {
        bool advanced = false;
        while (can_go_on(stage, until))
        {
            if (stage.next == 0)
            {
                stage.timestep[0] = first + stage.step;
                stage.t[0] = stage.timestep[0] * dt[0];
                for (size_t k = 0; k < stage.copies.size(); k++) *stage.places[k] = arrays[stage.copies[k]].copy(stage.step);
            }
            const int number = stage.objects[stage.next];
            call(stage, objects[number]);
            advanced = true;
            if (++stage.next == stage.objects.size())
            {
                stage.next = 0;
                tell(stage, ++stage.step * (int64_t)objects.size());
                return true;
            }
            if (objects[number].tells) tell(stage, stage.step * (int64_t)objects.size() + number + 1);
        }
        return advanced;
    }
    template <typename Ready> void wait(Ready ready)
    {
        for (int k = 0; k < SPINS; k++)
        {
            if (ready()) return;
            #if defined(__x86_64__) || defined(__i386__)
            __builtin_ia32_pause();
            #endif
        }
        std::unique_lock<std::mutex> lock(gate);
        asleep++;
        told.wait(lock, ready);
        asleep--;
    }
    void work(const std::vector<Stage *> &own, const int64_t until, double *now)
    {
        for (;;)
        {
            bool advanced = false, done = true;
            for (Stage *stage : own)
            {
                advanced |= advance(*stage, until);
                done &= stage->step == until;
                if (now) *now = stage->t[0];
            }
            if (done) return;
            if (!advanced)
                wait([&]() { return std::any_of(own.begin(), own.end(), [&](Stage *each) { return can_go_on(*each, until); }); });
        }
    }
    // One after the other, with a look at how long each stage takes.
    void try_out(const int64_t number)
    {
        const int64_t until = steps += number;
        auto clock = []() { timespec now; clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now); return now.tv_sec + 1e-9 * now.tv_nsec; };
        while (stages.back()->step < until)
        {
            const int64_t next = stages.back()->step + 1;
            for (auto &stage : stages)
            {
                const double before = clock();
                advance(*stage, next);
                stage->seconds += clock() - before;
            }
        }
    }

public:
    explicit Pipeline(const double *dt) : dt(dt) {}
    void add_stage(int64_t *timestep, double *t, StageGenerator *generator)
    {
        stages.emplace_back(new Stage);
        stages.back()->timestep = timestep;
        stages.back()->t = t;
        stages.back()->generator = generator;
    }
    void add_object(codeobj_func run, const int stage)
    {
        stages[stage]->objects.push_back(objects.size());
        objects.emplace_back();
        objects.back().run = run;
        objects.back().stage = stage;
    }
    void hand(const void *values, const size_t bytes, const int writer)
    {
        objects[writer].hands.push_back(arrays.size());
        objects[writer].tells = true;
        arrays.push_back({values, bytes, std::vector<char>(AHEAD * bytes)});
    }
    // The array that was added last, to code of a stage.
    void hand_to(const int stage, void **place, const int writer, const std::vector<int> &readers)
    {
        stages[stage]->copies.push_back(arrays.size() - 1);
        stages[stage]->places.push_back(place);
        for (const int reader : readers) objects[reader].needs.push_back(writer);
    }
    void add_draw(const int object, const int decided_by = -1, const int32_t *number = nullptr)
    {
        objects[object].draw = draws.size();
        if (decided_by >= 0)
        {
            objects[decided_by].decides.push_back(draws.size());
            objects[decided_by].tells = true;
        }
        Draw draw;
        draw.object = object;
        draw.decided_by = decided_by;
        draw.number = number;
        draws.push_back(draw);
    }

    // Runs so many steps from one on; successive calls go on. Writes the time of the simulation to `now`.
    void run(const int64_t step, const int64_t number, const size_t threads, double *now)
    {
        first = step - steps;
        if (!begun)
            for (auto &stage : stages)
                if (stage->generator) stage->generator->begin(_random_generators[0]);
        begun = true;
        const int64_t end = steps + number;
        Shares alone(1);
        for (auto &stage : stages) alone[0].push_back(stage.get());
        if (threads > 1 && number >= 8)
        {
            try_out(number / 64);  // cold
            for (auto &stage : stages) stage->seconds = 0;
            try_out(std::min(TRIED, number / 8));
            take_turns(alone, shared_out(threads), end, now);
        }
        else go_on(alone, end, now);
        int64_t all = 0;
        for (const Draw &draw : draws) all += draw.until(end);
        for (; drawn < all; drawn++) _random_generators[0].rand();
    }

private:
    // The longest first, each to the thread with the least.
    Shares shared_out(const size_t threads) const
    {
        std::vector<Stage *> all;
        for (auto &stage : stages) all.push_back(stage.get());
        std::stable_sort(all.begin(), all.end(), [](Stage *a, Stage *b) { return a->seconds > b->seconds; });
        Shares shares(std::min(threads, all.size()));
        std::vector<double> loads(shares.size(), 0.0);
        for (Stage *stage : all)
        {
            const size_t least = std::min_element(loads.begin(), loads.end()) - loads.begin();
            shares[least].push_back(stage);
            loads[least] += stage->seconds;
        }
        return shares;
    }
    // To a step, each thread with its share of the stages; seconds of each step.
    double go_on(const Shares &shares, const int64_t until, double *now)
    {
        const auto began = std::chrono::steady_clock::now();
        const int64_t before = steps;
        std::vector<std::thread> others;
        for (size_t k = 1; k < shares.size(); k++)
            others.emplace_back([&, k]() { work(shares[k], until, nullptr); });
        work(shares[0], until, now);
        for (auto &other : others) other.join();
        steps = until;
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count() / std::max<int64_t>(until - before, 1);
    }
    // Where others take the cores, threads that wait for each other are slower than one: now and then both are tried.
    void take_turns(const Shares &alone, const Shares &together, const int64_t end, double *now)
    {
        double seconds_alone = 0, seconds_together = 0;
        for (int64_t turn = 0; steps < end; turn++)
        {
            const bool is_trial = turn % TURNS < 2, is_alone = is_trial ? turn % TURNS == 1 : seconds_alone < WORTH * seconds_together;
            const int64_t until = std::min(end, steps + (is_trial ? TURN / 5 : TURN));
            (is_alone ? seconds_alone : seconds_together) = go_on(is_alone ? alone : together, until, now);
        }
    }
};

Pipeline &pipeline();

inline size_t threads_asked()
{
    const char *asked = std::getenv("OMP_NUM_THREADS");
    return asked ? std::atoi(asked) : 1;
}
}
