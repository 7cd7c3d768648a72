"""Pure figure builders: a table in, a Plotly figure out."""
