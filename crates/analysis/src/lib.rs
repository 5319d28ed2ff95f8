//! Pure functions of a recording: state machines, spans, budgets, findings.
