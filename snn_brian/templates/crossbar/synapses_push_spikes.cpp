{# No spike queue: the pathways read the events of their source directly. #}
{% extends 'common_group.cpp' %}
{% block maincode %}
{% endblock %}
