-- The trigger that guards young entries asks for the newest one at each removal, and operators ask by action: both went through the whole audit.

CREATE INDEX audit_by_time ON audit (time);
CREATE INDEX audit_by_action ON audit (action, number);
