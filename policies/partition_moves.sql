-- app.partition_moves: the owner's alone, who moves.

select app.policy_reset('app.partition_moves');
