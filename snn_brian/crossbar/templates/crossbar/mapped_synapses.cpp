{# As synapses.cpp where a synapse's place does not follow from its row and column alone: some pairs are not connected, groups
   are subgroups, or each synapse has a delay of its own. Code runs along parts of rows. #}
{% extends 'common_group.cpp' %}
{% from 'loops.cpp' import block_of_columns, random_key %}
{% from 'traces.cpp' import bring_to_now, keep, refuse_values, spread %}
{% from 'delays.cpp' import begin_pass, check_steps, of_synapse, prepare_lines, wait %}
{% from 'parts.cpp' import part_type, group, find_parts, lines_in_parts, along_row, along_column %}
{% block extra_headers %}
#include <algorithm>
#include <iostream>
#include <tuple>
#ifdef _OPENMP
#include <omp.h>
#endif
{% endblock %}
{% block before_code %}
    {% if pathway.waiting == 'lines' %}
    {{prepare_lines(pathway, get_array_name, c_data_type)}}
    {% endif %}
    {% if pathway.begins_traces %}
    {{refuse_values(pathway, get_array_name)}}
    {% endif %}
    {% if pathway.waiting == 'parts' %}
    {% set delays = get_array_name(pathway.variables['delay'], access_data=False) %}
    {% set dt = get_array_name(pathway.variables['_source_dt'], access_data=False) %}
    {% set numbers = get_array_name(pathway.variables['_part_numbers'], access_data=False) %}
    {% set listed = get_array_name(pathway.variables['_part_list'], access_data=False) %}
    {% set line, across = of_synapse(pathway, get_array_name), of_synapse(pathway, get_array_name, across=True) %}
    {% set runs = 'true' if pathway.prepost == 'pre' else 'false' %}
    {{check_steps(pathway, delays, dt)}}
    {{part_type()}}
    std::vector<_Part> _parts;
    std::vector<_Listed> _list;
    {{group(delays + '.size()', line, across, delays + '[_k]', runs)}}
    std::vector<int32_t> _lines;
    std::vector<{{c_data_type(pathway.variables['delay'].dtype)}}> _delays;
    {# What is in flight from a run before keeps its number: then parts are appended. #}
    CSpikeQueue &_queue = *{{pathway.name}}.queue[0];
    bool _in_flight = false;
    for (size_t _slot = 0; _slot < _queue.queue.size(); _slot++)
        _in_flight |= (int)_slot != _queue.offset && !_queue.queue[_slot].empty();
    if (!_in_flight)
    {
        {{numbers}}.clear();
        {{listed}}.clear();
    }
    {% if pathway.in_lines_before %}
    if (_in_flight)
    {{lines_in_parts(pathway, delays, line, across, runs, numbers, listed)}}
    {% endif %}
    const int32_t _old_parts = {{numbers}}.size() / 4, _old_list = {{listed}}.size() / 2;
    for (const _Part &_part : _parts)
    {
        const int32_t _shift = _part.synapse < 0 ? _old_list : 0;
        for (int32_t _value : {_part.line, _part.first + _shift, _part.end + _shift, _part.synapse}) {{numbers}}.push_back(_value);
        const size_t _k = _part.synapse < 0 ? _list[_part.first].synapse : _part.synapse;
        _lines.push_back(_part.line);
        _delays.push_back({{delays}}[_k]);
    }
    for (const _Listed &_each : _list)
    {
        {{listed}}.push_back(_each.across);
        {{listed}}.push_back(_each.synapse);
    }
    _queue.openmp_padding = _old_parts;
    _queue.prepare(_delays.data(), (int)_delays.size(), _lines.data(), (int)_lines.size(), {{dt}}[0]);
    {% elif not pathway.delayed and not pathway.begins_traces %}
    {{super()}}
    {% endif %}
{% endblock %}
{% block maincode %}
    {# USES_VARIABLES { N } #}
    {% set synapses = pathway.synapses %}
    {% set events = pathway.source.variables[pathway.eventspace_name] %}
    {% set in_passes = pathway.delayed and pathway.traces %}
    {% set spikes = '_due_lines' if in_passes else '_due' if pathway.delayed else get_array_name(events, access_data=False) %}
    {# numbers of events that are due count from the first row or column, others are absolute #}
    {% set start = 0 if pathway.delayed else pathway.source.start %}
    {% set n_columns, low = owner.target.N, owner.target.start %}
    {% set independent = pathway.independent and not draws_in_turn(variables) %}
    {% set code = (vector_code['code'] if pathway.traces else vector_code)|autoindent %}
    {% if pathway.delayed %}
    {{wait(pathway, get_array_name)}}
    {% endif %}
    {{part_type()}}
    {% if pathway.waiting == 'parts' %}
    const _Part *_parts = (const _Part *){{get_array_name(pathway.variables['_part_numbers'], access_data=False)}}.data();
    const _Listed *_list = (const _Listed *){{get_array_name(pathway.variables['_part_list'], access_data=False)}}.data();
    {% else %}
    {{find_parts(synapses, get_array_name, 'post' if pathway.delayed and pathway.prepost == 'post' else 'pre')}}
    {% endif %}
    {% if 'rand' in variables or 'randn' in variables %}
    {{random_key()}}
    {% endif %}
    const size_t _vectorisation_idx = -1;
    {{(scalar_code['code'] if pathway.traces else scalar_code)|autoindent}}
    {% if in_passes %}
    {{begin_pass(pathway)}}
    {% else %}
    const int32_t _num_events = {{'_due.size()' if pathway.delayed else '%s[%d]' % (spikes, events.size - 1)}};
    if (_num_events == 0) return;
    {% endif %}
    {% if pathway.traces %}
    {{bring_to_now(pathway, spikes, scalar_code, vector_code)}}
    {% endif %}
    {% set work = '_num_events' if pathway.waiting == 'parts' else '_num_events * %d' % n_columns if pathway.prepost == 'pre'
                  else owner.source.N * n_columns %}
    {% if pathway.prepost == 'post' and not pathway.delayed %}
    {# Row by row as long as an event's synapse is found at once, else column by column. #}
    const int32_t *const _begin_events = {{spikes}}, *const _end_events = _begin_events + _num_events;
    if (_list.empty())
    {
        {{block_of_columns(n_columns, work, independent)}}
            const size_t _low = _first + {{low}}, _high = _end + {{low}};
            for (const _Part &_part : _parts)
            {
                const size_t _presynaptic_idx = _part.line;
                const int32_t _begin = std::max<int32_t>(_part.first, _low), _stop = std::min<int32_t>(_part.end, _high);
                const ptrdiff_t _shift = (ptrdiff_t)_part.synapse - _part.first;
                for (const int32_t *_event = std::lower_bound(_begin_events, _end_events, _begin);
                     _event < _end_events && *_event < _stop; _event++)
                {
                    const size_t _postsynaptic_idx = *_event, _idx = _postsynaptic_idx + _shift;
                    const size_t _vectorisation_idx = _idx;
                    {{code}}
                }
            }
        }
    }
    else
    {
    {{find_parts(synapses, get_array_name, 'post')}}
    {% endif %}
    {{block_of_columns(n_columns, work, independent)}}
        const size_t _low = _first + {{low}}, _high = _end + {{low}};
        for (int32_t _event = 0; _event < _num_events; _event++)
        {
            {% if pathway.waiting == 'parts' %}
            const size_t _k = _due[_event];
            {% else %}
            const int32_t _line = {{spikes}}[_event] - {{start}};
            {% if not pathway.delayed %}
            if (_line < 0 || _line >= {{pathway.source.N}}) continue;
            {% endif %}
            for (size_t _k = _first_part[_line]; _k < _first_part[_line + 1]; _k++)
            {% endif %}
            {% if pathway.prepost == 'pre' %}
            {{along_row('_parts[_k]', '_low', '_high', independent, code, independent)}}
            {% else %}
            {{along_column('_parts[_k]', '_low', '_high', code)}}
            {% endif %}
        }
    }
    {% if pathway.prepost == 'post' and not pathway.delayed %}
    }
    {% endif %}
    {% if pathway.traces %}
    {{keep(pathway, spikes, scalar_code, vector_code)}}
    {% endif %}
    {% if in_passes %}
    }
    {% endif %}
{% endblock %}
{% block after_code %}
    {% if pathway.spreads_traces %}{{spread(pathway, get_array_name, scalar_code, vector_code)}}{% else %}{{super()}}{% endif %}
{% endblock %}
