# ruff: noqa: E501 - a mistake is told in one line, however long it is
"""Mistakes that change nothing that anyone could notice, each with the reason.

They are counted apart from those that the tests are to notice. A mistake is known by its file, the
text of its line and what is changed: a line that is written otherwise has to be explained again.
"""

MIXED = "Another mixing of the bits of a hash: other draws of the same distribution and streams."
PLAIN = "Brian2 takes any plain number for a unit without dimensions."
ZERO = "At 0 both branches are the same: -0, or no pulse for any u below 1."
IDLE = "Values at this moment, computed in steps without an event, too, where nothing reads them."
TIE = "A tie with a tolerance, which no number of time steps meets but by its last bit."
TURN = "Its turn in the time step is still before, or after, all that it has to do with."
LOOKS = "Only what a picture looks like."
FINITE = "Keeps the inverse of a law finite where no pulse is given: its value is multiplied by 0."
FIRST = "One more is drawn, and the first is taken, which is the same."
LIKE = "Only names, types and shapes are taken, of which those that grow are the same in any epoch."
PARITY = "Whether a sum or a difference is odd is the same, where a remainder is never below 0."
SHORT = "How much of a delay a message shows."
ONE = "One value is an array of 1 by 1 either way."
BELOW = "A place below 1 is in no cell but the table's, or, at its very end, by rounding alone."
EQUAL = "Where both are equal, either way comes to the same."
UNITLESS = "No function of these has a unit to discard."
SPEED = "Above or at this size threads share the work, to the same bits."
EMPTY = "One round more, of nothing."
RUNS = "Whether columns are gone along in runs or in a list, to the same bits."
UNUSED = "An argument of Brian2's that decides nothing here."
FEW = "Of so few pairs nothing is told."
LATER = "It is set again before anything looks at it."
BUFFER = "How many are carried out together, in the same order."
NEVER = "It is never 0 there: what is 0 was left out before."
AT_ONCE = "Rows are changed at once and not where they are read, to the same bits."
FETCHED = "What is fetched ahead of its use, of speed alone."
ONE_BY_ONE = "A list is gone along synapse by synapse, also where two are of the same pair."
ROOM = "It takes room alone."

# (file in snn_brian/, line, mistake) -> why
EXPLAINED = {
    (
        "crossbar/codegen.py",
        'HASHED = """',
        "uint32_t x = synapse * 0x9E3779B9u + (uint32_t)key + site * 0x85EBCA6Bu; -> "
        "uint32_t x = synapse * 0x9E3779B9u - (uint32_t)key + site * 0x85EBCA6Bu;",
    ): MIXED,
    (
        "crossbar/codegen.py",
        'HASHED = """',
        "uint32_t x = synapse * 0x9E3779B9u + (uint32_t)key + site * 0x85EBCA6Bu; -> "
        "uint32_t x = synapse * 0x9E3779B9u + (uint32_t)key - site * 0x85EBCA6Bu;",
    ): MIXED,
    (
        "crossbar/codegen.py",
        '+ """',
        "const auto size = value < 0 ? -value : value; -> "
        "const auto size = value <= 0 ? -value : value;",
    ): ZERO,
    (
        "crossbar/codegen.py",
        '+ """',
        "const int32_t place = (int32_t)((value < 0 ? bits : ~bits) >> 1); -> "
        "const int32_t place = (int32_t)((value <= 0 ? bits : ~bits) >> 1);",
    ): ZERO,
    (
        "crossbar/templates/crossbar/sampled.cpp",
        "auto _next_uniform = [&]() { return _uniform(_state += 0x9E3779B97F4A7C15ull); };",
        "auto _next_uniform = [&]() { return _uniform(_state += 0x9E3779B97F4A7C15ull); }; -> "
        "auto _next_uniform = [&]() { return _uniform(_state -= 0x9E3779B97F4A7C15ull); };",
    ): MIXED,
    (
        "crossbar/templates/crossbar/traces.cpp",
        "if (_num_events > 0)",
        "if (_num_events > 0) -> if (_num_events >= 0)",
    ): IDLE,
    ("crossbar/tables.py", "return_unit=1,", "1 -> 2"): PLAIN,
    ("crossbar/tables.py", "arg_units=[1] * count,", "1 -> 2"): PLAIN,
    (
        "crossbar/delays.py",
        "wrong = (np.abs(steps - np.round(steps)) > 1e-3 + 1e-6 * np.abs(steps)) | (steps < -0.5)",
        "np.abs(steps - np.round(steps)) > 0.001 + 1e-06 * np.abs(steps) -> "
        "np.abs(steps - np.round(steps)) >= 0.001 + 1e-06 * np.abs(steps)",
    ): TIE,
    (
        "network/delay_values.py",
        "SHOWN = 80  # characters of a delay in a message",
        "80 -> 81",
    ): SHORT,
    ("network/delay_values.py", "return False", "False -> True"): ONE,
    (
        "network/delay_values.py",
        "wrong = np.abs(values - steps) > 1e-6 * np.maximum(1, np.abs(values))",
        "np.abs(values - steps) > 1e-06 * np.maximum(1, np.abs(values)) -> "
        "np.abs(values - steps) >= 1e-06 * np.maximum(1, np.abs(values))",
    ): TIE,
    (
        "network/delays.py",
        """arrives = f"({' + '.join(f'past_{k}//unit_{k}' for k in words)}) % 2 == 1\"""",
        "' + ' -> ' - '",
    ): PARITY,
    (
        "network/target_delays.py",
        """return f"(({' + '.join(bits)}) % 2)\"""",
        "' + ' -> ' - '",
    ): PARITY,
    ("network/delays.py", 'group.thresholder["spike"].order = 5', "5 -> 6"): TURN,
    (
        "network/delays.py",
        'group.run_regularly(now, when=when, order=4, name=f"{group.name}_now")',
        "4 -> 5",
    ): TURN,
    (
        "crossbar/tables.py",
        'CPP = """',
        "double part = y > 0 ? y*{cells} : 0; -> double part = y >= 0 ? y*{cells} : 0;",
    ): ZERO,
    (
        "crossbar/tables.py",
        'CYTHON = """',
        "part = y*{cells} if y > 0 else 0 -> part = y*{cells} if y >= 0 else 0",
    ): ZERO,
    (
        "crossbar/tables.py",
        'CPP = """',
        "const int cell = part < {cells} ? (int)part : {cells} - 1; -> const int cell = part <= {cells} ? (int)part : {cells} - 1;",
    ): BELOW,
    (
        "crossbar/tables.py",
        'CPP = """',
        "const int cell = part < {cells} ? (int)part : {cells} - 1; -> const int cell = part < {cells} ? (int)part : {cells} + 1;",
    ): BELOW,
    (
        "crossbar/tables.py",
        'CYTHON = """',
        "cell = <int>part if part < {cells} else {cells} - 1 -> cell = <int>part if part <= {cells} else {cells} - 1",
    ): BELOW,
    (
        "crossbar/tables.py",
        'CYTHON = """',
        "cell = <int>part if part < {cells} else {cells} - 1 -> cell = <int>part if part < {cells} else {cells} + 1",
    ): BELOW,
    (
        "crossbar/tables.py",
        "cell = np.minimum(part.astype(int), len(table) - 2)",
        "len(table) - 2 -> len(table) + 2",
    ): BELOW,
    (
        "crossbar/tables.py",
        'CPP = """',
        "y = y + step < 1 ? y + step : 1; -> y = y + step <= 1 ? y + step : 1;",
    ): EQUAL,
    (
        "crossbar/tables.py",
        'CYTHON = """',
        "y = y + step if y + step < 1 else 1 -> y = y + step if y + step <= 1 else 1",
    ): EQUAL,
    (
        "crossbar/tables.py",
        'cpp=("y - x < n", "taken += y - x + step < n ? 1 : (n - (y - x))/step;"),',
        "'y - x < n' -> 'y - x <= n'",
    ): EQUAL,
    (
        "crossbar/tables.py",
        'cpp=("y - x < n", "taken += y - x + step < n ? 1 : (n - (y - x))/step;"),',
        "'taken += y - x + step < n ? 1 : (n - (y - x))/step;' -> 'taken += y - x + step <= n ? 1 : (n - (y - x))/step;'",
    ): EQUAL,
    (
        "crossbar/tables.py",
        'cython=("y - x < n", "taken += 1 if y - x + step < n else (n - (y - x))/step"),',
        "'y - x < n' -> 'y - x <= n'",
    ): EQUAL,
    (
        "crossbar/tables.py",
        'cython=("y - x < n", "taken += 1 if y - x + step < n else (n - (y - x))/step"),',
        "'taken += 1 if y - x + step < n else (n - (y - x))/step' -> 'taken += 1 if y - x + step <= n else (n - (y - x))/step'",
    ): EQUAL,
    (
        "crossbar/tables.py",
        "while k < MOST_STEPS and np.any(going := (k < n) & (y < 1)):",
        "y < 1 -> y <= 1",
    ): EQUAL,
    (
        "crossbar/tables.py",
        "while k < MOST_STEPS and np.any(going := (k < n) & (y < 1)):",
        "1 -> 2",
    ): EQUAL,
    (
        "crossbar/tables.py",
        "while k < MOST_STEPS and np.any(going := (y - x < way) & (y < 1)):",
        "y - x < way -> y - x <= way",
    ): EQUAL,
    (
        "crossbar/tables.py",
        "taken[going] += np.where(led + step < whole, 1, (whole - led) / step)",
        "led + step < whole -> led + step <= whole",
    ): EQUAL,
    ("crossbar/tables.py", "y[going] = np.minimum(y[going] + step, 1)", "1 -> 2"): EQUAL,
    (
        "crossbar/tables.py",
        "function.implementations.add_numpy_implementation(of_arrays, discard_units=True)",
        "True -> False",
    ): UNITLESS,
    (
        "crossbar/templates/crossbar/sampled.cpp",
        "#pragma omp parallel if ({{'(size_t)_num_events * %d > 100000' % n_columns if pathway.independent and not draws_in_turn(variables) else 'false'}})",
        "#pragma omp parallel if ({{'(size_t)_num_events * %d > 100000' % n_columns if pathway.independent and not draws_in_turn(variables) else 'false'}}) -> #pragma omp parallel if ({{'(size_t)_num_events * %d >= 100000' % n_columns if pathway.independent and not draws_in_turn(variables) else 'false'}})",
    ): SPEED,
    (
        "crossbar/templates/crossbar/sampled.cpp",
        "const size_t _first = _block * 64, _width = {{n_columns}} - _first < 64 ? {{n_columns}} - _first : 64;",
        "const size_t _first = _block * 64, _width = {{n_columns}} - _first < 64 ? {{n_columns}} - _first : 64; -> const size_t _first = _block * 64, _width = {{n_columns}} - _first <= 64 ? {{n_columns}} - _first : 64;",
    ): EQUAL,
    (
        "crossbar/templates/crossbar/sampled.cpp",
        "uint64_t _state = _key + (uint64_t)_block * 0xD1B54A32D192ED03ull;",
        "uint64_t _state = _key + (uint64_t)_block * 0xD1B54A32D192ED03ull; -> uint64_t _state = _key - (uint64_t)_block * 0xD1B54A32D192ED03ull;",
    ): MIXED,
    (
        "crossbar/templates/crossbar/sampled.cpp",
        "_ahead[_k] = u < 1e-3f ? _small : _large;",
        "_ahead[_k] = u < 1e-3f ? _small : _large; -> _ahead[_k] = u <= 1e-3f ? _small : _large;",
    ): TIE,
    (
        "crossbar/templates/crossbar/sampled.cpp",
        "const float _hazard = _p < 0.5f ? _hazards[_k] : -log1pf(-_p);",
        "const float _hazard = _p < 0.5f ? _hazards[_k] : -log1pf(-_p); -> const float _hazard = _p <= 0.5f ? _hazards[_k] : -log1pf(-_p);",
    ): TIE,
    (
        "crossbar/templates/crossbar/sampled.cpp",
        "while (_left < (float)(_num_events - _event) * _hazard)",
        "while (_left < (float)(_num_events - _event) * _hazard) -> while (_left <= (float)(_num_events - _event) * _hazard)",
    ): TIE,
    (
        "crossbar/templates/crossbar/sampled.cpp",
        "if (_next_uniform() * _most >= fabsf({{pre}})) { _event++; continue; }",
        "if (_next_uniform() * _most >= fabsf({{pre}})) { _event++; continue; } -> if (_next_uniform() * _most > fabsf({{pre}})) { _event++; continue; }",
    ): TIE,
    (
        "crossbar/templates/crossbar/sampled.cpp",
        "if (_left < 0.0f) _left = _exponential();  {# only by rounding #}",
        "if (_left < 0.0f) _left = _exponential();  {# only by rounding #} -> if (_left <= 0.0f) _left = _exponential();  {# only by rounding #}",
    ): TIE,
    (
        "crossbar/templates/crossbar/sampled.cpp",
        "const int32_t _drawn = (int32_t)_whole + (_next_uniform() < _x - _whole);",
        "const int32_t _drawn = (int32_t)_whole + (_next_uniform() < _x - _whole); -> const int32_t _drawn = (int32_t)_whole + (_next_uniform() <= _x - _whole);",
    ): TIE,
    (
        "crossbar/templates/crossbar/sampled.cpp",
        "_pulse(_event, _first + _k, _factor * {{pre}} > 0.0f ? 1 : -1);",
        "_pulse(_event, _first + _k, _factor * {{pre}} > 0.0f ? 1 : -1); -> _pulse(_event, _first + _k, _factor * {{pre}} >= 0.0f ? 1 : -1);",
    ): NEVER,
    (
        "network/lookup.py",
        "function.implementations.add_numpy_implementation(read, discard_units=True)",
        "True -> False",
    ): UNITLESS,
    (
        "network/event_inputs.py",
        "function.implementations.add_numpy_implementation(present, discard_units=True)",
        "True -> False",
    ): UNITLESS,
    (
        "crossbar/templates/crossbar/loops.cpp",
        "#pragma omp parallel if ((size_t)({{work}}) > 100000)",
        "#pragma omp parallel if ((size_t)({{work}}) > 100000) -> #pragma omp parallel if ((size_t)({{work}}) >= 100000)",
    ): SPEED,
    (
        "crossbar/templates/crossbar/summed_variable.cpp",
        "{{block_of_columns(n_columns, n_rows * n_columns, n_rows * n_columns > 100000 and not draws_in_turn(variables))}}",
        "{{block_of_columns(n_columns, n_rows * n_columns, n_rows * n_columns > 100000 and not draws_in_turn(variables))}} -> {{block_of_columns(n_columns, n_rows * n_columns, n_rows * n_columns >= 100000 and not draws_in_turn(variables))}}",
    ): SPEED,
    (
        "crossbar/templates/crossbar/parts.cpp",
        "const bool _in_runs = {{runs}} && _b - _a >= 6 * _runs;",
        "const bool _in_runs = {{runs}} && _b - _a >= 6 * _runs; -> const bool _in_runs = {{runs}} && _b + _a >= 6 * _runs;",
    ): RUNS,
    (
        "crossbar/templates/crossbar/parts.cpp",
        "const bool _in_runs = {{runs}} && _b - _a >= 6 * _runs;",
        "const bool _in_runs = {{runs}} && _b - _a >= 6 * _runs; -> const bool _in_runs = {{runs}} && _b - _a > 6 * _runs;",
    ): RUNS,
    (
        "crossbar/templates/crossbar/pulses.cpp",
        "const size_t _chunk_end = _chunk + 64 < {{to}} ? _chunk + 64 : {{to}};",
        "const size_t _chunk_end = _chunk + 64 < {{to}} ? _chunk + 64 : {{to}}; -> const size_t _chunk_end = _chunk + 64 <= {{to}} ? _chunk + 64 : {{to}};",
    ): EQUAL,
    (
        "crossbar/templates/crossbar/pulses.cpp",
        "for (size_t _chunk = {{from}}; _chunk < {{to}}; _chunk += 64)",
        "for (size_t _chunk = {{from}}; _chunk < {{to}}; _chunk += 64) -> for (size_t _chunk = {{from}}; _chunk <= {{to}}; _chunk += 64)",
    ): EMPTY,
    (
        "crossbar/templates/crossbar/line_resistance.cpp",
        "for (size_t _top = 0; _top < {{n_rows}}; _top += _rows)",
        "for (size_t _top = 0; _top < {{n_rows}}; _top += _rows) -> for (size_t _top = 0; _top <= {{n_rows}}; _top += _rows)",
    ): EMPTY,
    (
        "crossbar/templates/crossbar/line_resistance.cpp",
        "for (size_t _left = 0; _left < {{n_columns}}; _left += _columns)",
        "for (size_t _left = 0; _left < {{n_columns}}; _left += _columns) -> for (size_t _left = 0; _left <= {{n_columns}}; _left += _columns)",
    ): EMPTY,
    (
        "crossbar/templates/crossbar/line_resistance.cpp",
        "for (size_t _first = _top; _first < _bottom; _first += _together)",
        "for (size_t _first = _top; _first < _bottom; _first += _together) -> for (size_t _first = _top; _first <= _bottom; _first += _together)",
    ): EMPTY,
    (
        "crossbar/templates/crossbar/delays.cpp",
        "if (!(fabs(_steps - round(_steps)) <= 1e-3 + 1e-6 * fabs(_steps)) || _steps < -0.5)",
        "if (!(fabs(_steps - round(_steps)) <= 1e-3 + 1e-6 * fabs(_steps)) || _steps < -0.5) -> if (!(fabs(_steps - round(_steps)) < 1e-3 + 1e-6 * fabs(_steps)) || _steps < -0.5)",
    ): TIE,
    ("crossbar/masks.py", "skip_if_invalid: bool = False,", "False -> True"): UNUSED,
    (
        "crossbar/masks.py",
        "density = np.broadcast(np.asarray(i), np.asarray(j)).size / max(1, pairs)",
        "1 -> 2",
    ): FEW,
    (
        "crossbar/delays.py",
        "wrong = (np.abs(steps - np.round(steps)) > 1e-3 + 1e-6 * np.abs(steps)) | (steps < -0.5)",
        "steps < -0.5 -> steps <= -0.5",
    ): TIE,
    ("crossbar/convolution.py", "self.independent = False", "False -> True"): LATER,
    (
        "crossbar/codegen.py",
        'code="""',
        "return value < (T)low ? (T)low : (value > (T)high ? (T)high : value); -> return value <= (T)low ? (T)low : (value > (T)high ? (T)high : value);",
    ): EQUAL,
    (
        "crossbar/codegen.py",
        'code="""',
        "return value < (T)low ? (T)low : (value > (T)high ? (T)high : value); -> return value < (T)low ? (T)low : (value >= (T)high ? (T)high : value);",
    ): EQUAL,
    (
        "crossbar/templates/crossbar/sampled.cpp",
        "if (_num_pulses == 256) _run_pulses();",
        "if (_num_pulses == 256) _run_pulses(); -> if (_num_pulses != 256) _run_pulses();",
    ): BUFFER,
    (
        "crossbar/pathway.py",
        "ROWS_TOGETHER = 8  # rows of spiking inputs in one pass along the columns; 4 was no faster",
        "8 -> 9",
    ): BUFFER,
    ("crossbar/pathway.py", "self.independent = False", "False -> True"): LATER,
    (
        "crossbar/templates/crossbar/convolution.cpp",
        "const size_t _idx = (_place * {{kernel.rows}} + _row) * {{maps}} + _map;",
        "const size_t _idx = (_place * {{kernel.rows}} + _row) * {{maps}} + _map; -> const size_t _idx = (_place * {{kernel.rows}} - _row) * {{maps}} + _map;",
    ): MIXED,
    (
        "crossbar/templates/crossbar/postponed.cpp",
        "if (++{{newest}} == {{pathway.synapses.variables['_requests'].size // pathway.stride}})",
        "if (++{{newest}} == {{pathway.synapses.variables['_requests'].size // pathway.stride}}) -> if (++{{newest}} != {{pathway.synapses.variables['_requests'].size // pathway.stride}})",
    ): AT_ONCE,
    (
        "crossbar/templates/crossbar/postponed.cpp",
        "for (size_t _k = 0; _k < {{owner.target.N}}; _k++) {{get_array_name(pathway.synapses.variables['_requests'], access_data=False)}}[_k] = -0.0f;",
        "for (size_t _k = 0; _k < {{owner.target.N}}; _k++) {{get_array_name(pathway.synapses.variables['_requests'], access_data=False)}}[_k] = -0.0f; -> for (size_t _k = 0; _k <= {{owner.target.N}}; _k++) {{get_array_name(pathway.synapses.variables['_requests'], access_data=False)}}[_k] = -0.0f;",
    ): LATER,
    (
        "crossbar/templates/crossbar/synapses.cpp",
        "const size_t _vectorisation_idx = _presynaptic_idx * {{n_columns}} + _postsynaptic_idx;",
        "const size_t _vectorisation_idx = _presynaptic_idx * {{n_columns}} + _postsynaptic_idx; -> const size_t _vectorisation_idx = _presynaptic_idx * {{n_columns}} - _postsynaptic_idx;",
    ): MIXED,
    (
        "crossbar/templates/crossbar/synapses.cpp",
        "for (; _event + {{pathway.row_names|length}} <= _num_events; _event += {{pathway.row_names|length}})",
        "for (; _event + {{pathway.row_names|length}} <= _num_events; _event += {{pathway.row_names|length}}) -> for (; _event + {{pathway.row_names|length}} < _num_events; _event += {{pathway.row_names|length}})",
    ): SPEED,
    (
        "crossbar/templates/crossbar/pulses.cpp",
        "const size_t _vectorisation_idx = _presynaptic_idx * {{n_columns}} + _postsynaptic_idx;",
        "const size_t _vectorisation_idx = _presynaptic_idx * {{n_columns}} + _postsynaptic_idx; -> const size_t _vectorisation_idx = _presynaptic_idx * {{n_columns}} - _postsynaptic_idx;",
    ): MIXED,
    (
        "crossbar/templates/crossbar/pulses.cpp",
        "if (_num_pulses == 256) _run_pulses();",
        "if (_num_pulses == 256) _run_pulses(); -> if (_num_pulses != 256) _run_pulses();",
    ): BUFFER,
    (
        "crossbar/templates/crossbar/sampled.cpp",
        "const size_t _vectorisation_idx = _presynaptic_idx * {{n_columns}} + _postsynaptic_idx;",
        "const size_t _vectorisation_idx = _presynaptic_idx * {{n_columns}} + _postsynaptic_idx; -> const size_t _vectorisation_idx = _presynaptic_idx * {{n_columns}} - _postsynaptic_idx;",
    ): MIXED,
    (
        "crossbar/templates/crossbar/sampled.cpp",
        "const size_t _idx = (size_t){{spikes}}[_event] * {{pathway.stride}} + _column;",
        "const size_t _idx = (size_t){{spikes}}[_event] * {{pathway.stride}} + _column; -> const size_t _idx = (size_t){{spikes}}[_event] * {{pathway.stride}} - _column;",
    ): FETCHED,
    (
        "crossbar/templates/crossbar/parts.cpp",
        "for (_b = _a; _b < _number && _same(_order[_a], _order[_b]); _b++) _runs += !_follows(_b);",
        "for (_b = _a; _b < _number && _same(_order[_a], _order[_b]); _b++) _runs += !_follows(_b); -> for (_b = _a; _b < _number && _same(_order[_a], _order[_b]); _b++) _runs -= !_follows(_b);",
    ): RUNS,
    (
        "crossbar/templates/crossbar/parts.cpp",
        "if (_n == _a || _list.back().across >= _here) _parts.push_back({_line(_order[_n]), _place, _place, -1});",
        "if (_n == _a || _list.back().across >= _here) _parts.push_back({_line(_order[_n]), _place, _place, -1}); -> if (_n == _a || _list.back().across > _here) _parts.push_back({_line(_order[_n]), _place, _place, -1});",
    ): ONE_BY_ONE,
    (
        "crossbar/templates/crossbar/mapped_synapses.cpp",
        "_in_flight |= (int)_slot != _queue.offset && !_queue.queue[_slot].empty();",
        "_in_flight |= (int)_slot != _queue.offset && !_queue.queue[_slot].empty(); -> _in_flight |= (int)_slot != _queue.offset || !_queue.queue[_slot].empty();",
    ): ROOM,
    (
        "crossbar/templates/crossbar/mapped_synapses.cpp",
        "{% set work = '_num_events' if pathway.waiting == 'parts' else '_num_events * %d' % n_columns if pathway.prepost == 'pre'",
        "{% set work = '_num_events' if pathway.waiting == 'parts' else '_num_events * %d' % n_columns if pathway.prepost == 'pre' -> {% set work = '_num_events' if pathway.waiting != 'parts' else '_num_events * %d' % n_columns if pathway.prepost == 'pre'",
    ): SPEED,
    (
        "crossbar/templates/crossbar/mapped_synapses.cpp",
        "{% set work = '_num_events' if pathway.waiting == 'parts' else '_num_events * %d' % n_columns if pathway.prepost == 'pre'",
        "{% set work = '_num_events' if pathway.waiting == 'parts' else '_num_events * %d' % n_columns if pathway.prepost == 'pre' -> {% set work = '_num_events' if pathway.waiting == 'parts' else '_num_events * %d' % n_columns if pathway.prepost != 'pre'",
    ): SPEED,
    (
        "crossbar/templates/crossbar/delays.cpp",
        "if (!(fabs(_steps - round(_steps)) <= 1e-3 + 1e-6 * fabs(_steps)) || _steps < -0.5)",
        "if (!(fabs(_steps - round(_steps)) <= 1e-3 + 1e-6 * fabs(_steps)) || _steps < -0.5) -> if (!(fabs(_steps - round(_steps)) <= 1e-3 + 1e-6 * fabs(_steps)) || _steps <= -0.5)",
    ): TIE,
    (
        "crossbar/postponed.py",
        "PLACES = 64  # moments whose requests are kept; rows that wait longer are changed by themselves",
        "64 -> 65",
    ): BUFFER,
    ("crossbar/postponed.py", "NEWEST: (1, np.int32),", "1 -> 2"): ROOM,
    ("network/lookup.py", "return_unit=1,", "1 -> 2"): PLAIN,
    ("network/lookup.py", "arg_units=[1] * len(shape),", "1 -> 2"): PLAIN,
    ("network/plasticity.py", '"program_pre": (slot, -1),', "1 -> 2"): TURN,
    ("network/plasticity.py", '"tag_pre": (slot, -1),', "1 -> 2"): TURN,
    ("network/plasticity.py", '"program_reward": (slot, 3),', "3 -> 4"): TURN,
    ("network/plasticity.py", '"forget": ("start", 0),', "0 -> 1"): TURN,
    ("network/plasticity.py", '"scale": ("start", 2),', "2 -> 3"): TURN,
    ("network/plasticity.py", "order=2,", "2 -> 3"): TURN,
    ("network/presentation.py", 'group.thresholder["begins"].order = -2', "2 -> 3"): TURN,
    ("network/readout.py", 'classes.thresholder["spike"].order = 1', "1 -> 2"): TURN,
    ("network/readout.py", "order=1,", "1 -> 2"): TURN,
    (
        "network/readout.py",
        'confusion.answer.when, confusion.answer.order = "tally", 2',
        "2 -> 3",
    ): TURN,
    (
        "network/readout.py",
        'classes.run_on_event("begins", "Y = 0", when="start", order=1)',
        "1 -> 2",
    ): TURN,
    (
        "network/refresh.py",
        "due = f\"(n*{G} + (1 - n)*({_ends(pair, side)['least']}))\"",
        "' + (1 - n)*(' -> ' - (1 - n)*('",
    ): FINITE,
    (
        "train/draws.py",
        "return int(self.stream(phase, epoch).integers(2**31, size=1)[0])",
        "1 -> 2",
    ): FIRST,
    (
        "train/training.py",
        "check_place(self.arm, self.n_train, arrays, self.arrays(0))",
        "0 -> 1",
    ): LIKE,
    ("network/substeps.py", "for order, each in zip((-2, -1), crossing):", "2 -> 3"): TURN,
    ("network/traces.py", 'source.thresholder["active"].order = 1', "1 -> 2"): TURN,
    ("network/traces.py", 'source.resetter["spike"].order = -1', "1 -> 2"): TURN,
    (
        "network/traces.py",
        '"eligibility = S", when=f"fire_{number}", order=1, name=f"eligibility_{layer.name}"',
        "1 -> 2",
    ): TURN,
    (
        "network/target_delays.py",
        '"\\n".join(code), when=f"request_{number}", order=-1, name=f"{line.name}_eligibilities"',
        "1 -> 2",
    ): TURN,
    (
        "network/target_delays.py",
        'f"{name} *= int(abs({name}) > {LEAST})",',
        "') > ' -> ') >= '",
    ): TIE,
    (
        "network/traces.py",
        'f"eligibility = {neuron.eligibility}\\neligibility *= int(abs(eligibility) > {LEAST})",',
        "eligibility *= int(abs(eligibility) > -> eligibility *= int(abs(eligibility) >=",
    ): TIE,
    (
        "train/recording.py",
        "StateMonitor(group, each.variable, record=neurons, when=when, order=2)",
        "2 -> 3",
    ): TURN,
    (
        "train/recording.py",
        "with picture(path, PAGE, 0.6 + 1.2 * len(arrays)) as figure:",
        "1.2 * len(arrays) -> 1.2 + len(arrays)",
    ): LOOKS,
    (
        "train/recording.py",
        'axes.axvline(start - 0.5, color="0.8", linewidth=0.6, zorder=0)',
        "0 -> 1",
    ): LOOKS,
    (
        "train/recording.py",
        'axes.plot(*np.nonzero(course), "|", color="black", markersize=4)',
        "4 -> 5",
    ): LOOKS,
}


def why(file, source, what):
    """Why a mistake, as `mistakes.mutant` tells it, changes nothing; None if that is not known."""
    line, mistake = what.removeprefix("line ").split(": ", 1)
    text = source.split("\n")[int(line) - 1].strip()
    return EXPLAINED.get((file.relative_to("snn_brian").as_posix(), text, mistake))
