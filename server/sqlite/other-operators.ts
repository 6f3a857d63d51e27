/** How many operators there are besides a user; one who is suspended can do nothing, and does not count. A statement with the user's id. */
export const OTHER_OPERATORS = "SELECT count(*) FROM users WHERE is_operator = 1 AND suspend_time IS NULL AND id <> ?";
