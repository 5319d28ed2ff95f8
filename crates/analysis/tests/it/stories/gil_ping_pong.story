# Two threads hand the GIL to and fro every 100 us; most of the wait is the
# handing over.
process app python app.py
python app 3.12.1
thread b app
00.000000 app in
00.000000 b in
00.000010 b out sleeping futex gil.cond gil=app @ pong (app.py:8)
repeat 200 200us 00.000040 b woken by=app futex gil.cond wake @ ping (app.py:5)
repeat 200 200us 00.000050 app out sleeping futex gil.cond gil=free @ ping (app.py:6)
repeat 200 200us 00.000100 b in
repeat 200 200us 00.000140 app woken by=b futex gil.cond wake @ pong (app.py:8)
repeat 200 200us 00.000150 b out sleeping futex gil.cond gil=free @ pong (app.py:8)
repeat 200 200us 00.000200 app in
00.040100 app out dead
----
spans
  00.000000 00.000010 b        running
  00.000000 00.000050 app      running
  00.000010 00.000100 b        waiting for the GIL, woken 00.000040
  00.000100 00.000150 b        running
  00.000050 00.000200 app      waiting for the GIL, woken 00.000140
  00.000200 00.000250 app      running
  00.000150 00.000300 b        waiting for the GIL, woken 00.000240
  00.000300 00.000350 b        running
  00.000250 00.000400 app      waiting for the GIL, woken 00.000340
  00.000400 00.000450 app      running
  00.000350 00.000500 b        waiting for the GIL, woken 00.000440
  00.000500 00.000550 b        running
  00.000450 00.000600 app      waiting for the GIL, woken 00.000540
  00.000600 00.000650 app      running
  00.000550 00.000700 b        waiting for the GIL, woken 00.000640
  00.000700 00.000750 b        running
  00.000650 00.000800 app      waiting for the GIL, woken 00.000740
  00.000800 00.000850 app      running
  00.000750 00.000900 b        waiting for the GIL, woken 00.000840
  00.000900 00.000950 b        running
  00.000850 00.001000 app      waiting for the GIL, woken 00.000940
  00.001000 00.001050 app      running
  00.000950 00.001100 b        waiting for the GIL, woken 00.001040
  00.001100 00.001150 b        running
  00.001050 00.001200 app      waiting for the GIL, woken 00.001140
  00.001200 00.001250 app      running
  00.001150 00.001300 b        waiting for the GIL, woken 00.001240
  00.001300 00.001350 b        running
  00.001250 00.001400 app      waiting for the GIL, woken 00.001340
  00.001400 00.001450 app      running
  00.001350 00.001500 b        waiting for the GIL, woken 00.001440
  00.001500 00.001550 b        running
  00.001450 00.001600 app      waiting for the GIL, woken 00.001540
  00.001600 00.001650 app      running
  00.001550 00.001700 b        waiting for the GIL, woken 00.001640
  00.001700 00.001750 b        running
  00.001650 00.001800 app      waiting for the GIL, woken 00.001740
  00.001800 00.001850 app      running
  00.001750 00.001900 b        waiting for the GIL, woken 00.001840
  00.001900 00.001950 b        running
  00.001850 00.002000 app      waiting for the GIL, woken 00.001940
  00.002000 00.002050 app      running
  00.001950 00.002100 b        waiting for the GIL, woken 00.002040
  00.002100 00.002150 b        running
  00.002050 00.002200 app      waiting for the GIL, woken 00.002140
  00.002200 00.002250 app      running
  00.002150 00.002300 b        waiting for the GIL, woken 00.002240
  00.002300 00.002350 b        running
  00.002250 00.002400 app      waiting for the GIL, woken 00.002340
  00.002400 00.002450 app      running
  00.002350 00.002500 b        waiting for the GIL, woken 00.002440
  00.002500 00.002550 b        running
  00.002450 00.002600 app      waiting for the GIL, woken 00.002540
  00.002600 00.002650 app      running
  00.002550 00.002700 b        waiting for the GIL, woken 00.002640
  00.002700 00.002750 b        running
  00.002650 00.002800 app      waiting for the GIL, woken 00.002740
  00.002800 00.002850 app      running
  00.002750 00.002900 b        waiting for the GIL, woken 00.002840
  00.002900 00.002950 b        running
  00.002850 00.003000 app      waiting for the GIL, woken 00.002940
  00.003000 00.003050 app      running
  00.002950 00.003100 b        waiting for the GIL, woken 00.003040
  00.003100 00.003150 b        running
  00.003050 00.003200 app      waiting for the GIL, woken 00.003140
  00.003200 00.003250 app      running
  00.003150 00.003300 b        waiting for the GIL, woken 00.003240
  00.003300 00.003350 b        running
  00.003250 00.003400 app      waiting for the GIL, woken 00.003340
  00.003400 00.003450 app      running
  00.003350 00.003500 b        waiting for the GIL, woken 00.003440
  00.003500 00.003550 b        running
  00.003450 00.003600 app      waiting for the GIL, woken 00.003540
  00.003600 00.003650 app      running
  00.003550 00.003700 b        waiting for the GIL, woken 00.003640
  00.003700 00.003750 b        running
  00.003650 00.003800 app      waiting for the GIL, woken 00.003740
  00.003800 00.003850 app      running
  00.003750 00.003900 b        waiting for the GIL, woken 00.003840
  00.003900 00.003950 b        running
  00.003850 00.004000 app      waiting for the GIL, woken 00.003940
  00.004000 00.004050 app      running
  00.003950 00.004100 b        waiting for the GIL, woken 00.004040
  00.004100 00.004150 b        running
  00.004050 00.004200 app      waiting for the GIL, woken 00.004140
  00.004200 00.004250 app      running
  00.004150 00.004300 b        waiting for the GIL, woken 00.004240
  00.004300 00.004350 b        running
  00.004250 00.004400 app      waiting for the GIL, woken 00.004340
  00.004400 00.004450 app      running
  00.004350 00.004500 b        waiting for the GIL, woken 00.004440
  00.004500 00.004550 b        running
  00.004450 00.004600 app      waiting for the GIL, woken 00.004540
  00.004600 00.004650 app      running
  00.004550 00.004700 b        waiting for the GIL, woken 00.004640
  00.004700 00.004750 b        running
  00.004650 00.004800 app      waiting for the GIL, woken 00.004740
  00.004800 00.004850 app      running
  00.004750 00.004900 b        waiting for the GIL, woken 00.004840
  00.004900 00.004950 b        running
  00.004850 00.005000 app      waiting for the GIL, woken 00.004940
  00.005000 00.005050 app      running
  00.004950 00.005100 b        waiting for the GIL, woken 00.005040
  00.005100 00.005150 b        running
  00.005050 00.005200 app      waiting for the GIL, woken 00.005140
  00.005200 00.005250 app      running
  00.005150 00.005300 b        waiting for the GIL, woken 00.005240
  00.005300 00.005350 b        running
  00.005250 00.005400 app      waiting for the GIL, woken 00.005340
  00.005400 00.005450 app      running
  00.005350 00.005500 b        waiting for the GIL, woken 00.005440
  00.005500 00.005550 b        running
  00.005450 00.005600 app      waiting for the GIL, woken 00.005540
  00.005600 00.005650 app      running
  00.005550 00.005700 b        waiting for the GIL, woken 00.005640
  00.005700 00.005750 b        running
  00.005650 00.005800 app      waiting for the GIL, woken 00.005740
  00.005800 00.005850 app      running
  00.005750 00.005900 b        waiting for the GIL, woken 00.005840
  00.005900 00.005950 b        running
  00.005850 00.006000 app      waiting for the GIL, woken 00.005940
  00.006000 00.006050 app      running
  00.005950 00.006100 b        waiting for the GIL, woken 00.006040
  00.006100 00.006150 b        running
  00.006050 00.006200 app      waiting for the GIL, woken 00.006140
  00.006200 00.006250 app      running
  00.006150 00.006300 b        waiting for the GIL, woken 00.006240
  00.006300 00.006350 b        running
  00.006250 00.006400 app      waiting for the GIL, woken 00.006340
  00.006400 00.006450 app      running
  00.006350 00.006500 b        waiting for the GIL, woken 00.006440
  00.006500 00.006550 b        running
  00.006450 00.006600 app      waiting for the GIL, woken 00.006540
  00.006600 00.006650 app      running
  00.006550 00.006700 b        waiting for the GIL, woken 00.006640
  00.006700 00.006750 b        running
  00.006650 00.006800 app      waiting for the GIL, woken 00.006740
  00.006800 00.006850 app      running
  00.006750 00.006900 b        waiting for the GIL, woken 00.006840
  00.006900 00.006950 b        running
  00.006850 00.007000 app      waiting for the GIL, woken 00.006940
  00.007000 00.007050 app      running
  00.006950 00.007100 b        waiting for the GIL, woken 00.007040
  00.007100 00.007150 b        running
  00.007050 00.007200 app      waiting for the GIL, woken 00.007140
  00.007200 00.007250 app      running
  00.007150 00.007300 b        waiting for the GIL, woken 00.007240
  00.007300 00.007350 b        running
  00.007250 00.007400 app      waiting for the GIL, woken 00.007340
  00.007400 00.007450 app      running
  00.007350 00.007500 b        waiting for the GIL, woken 00.007440
  00.007500 00.007550 b        running
  00.007450 00.007600 app      waiting for the GIL, woken 00.007540
  00.007600 00.007650 app      running
  00.007550 00.007700 b        waiting for the GIL, woken 00.007640
  00.007700 00.007750 b        running
  00.007650 00.007800 app      waiting for the GIL, woken 00.007740
  00.007800 00.007850 app      running
  00.007750 00.007900 b        waiting for the GIL, woken 00.007840
  00.007900 00.007950 b        running
  00.007850 00.008000 app      waiting for the GIL, woken 00.007940
  00.008000 00.008050 app      running
  00.007950 00.008100 b        waiting for the GIL, woken 00.008040
  00.008100 00.008150 b        running
  00.008050 00.008200 app      waiting for the GIL, woken 00.008140
  00.008200 00.008250 app      running
  00.008150 00.008300 b        waiting for the GIL, woken 00.008240
  00.008300 00.008350 b        running
  00.008250 00.008400 app      waiting for the GIL, woken 00.008340
  00.008400 00.008450 app      running
  00.008350 00.008500 b        waiting for the GIL, woken 00.008440
  00.008500 00.008550 b        running
  00.008450 00.008600 app      waiting for the GIL, woken 00.008540
  00.008600 00.008650 app      running
  00.008550 00.008700 b        waiting for the GIL, woken 00.008640
  00.008700 00.008750 b        running
  00.008650 00.008800 app      waiting for the GIL, woken 00.008740
  00.008800 00.008850 app      running
  00.008750 00.008900 b        waiting for the GIL, woken 00.008840
  00.008900 00.008950 b        running
  00.008850 00.009000 app      waiting for the GIL, woken 00.008940
  00.009000 00.009050 app      running
  00.008950 00.009100 b        waiting for the GIL, woken 00.009040
  00.009100 00.009150 b        running
  00.009050 00.009200 app      waiting for the GIL, woken 00.009140
  00.009200 00.009250 app      running
  00.009150 00.009300 b        waiting for the GIL, woken 00.009240
  00.009300 00.009350 b        running
  00.009250 00.009400 app      waiting for the GIL, woken 00.009340
  00.009400 00.009450 app      running
  00.009350 00.009500 b        waiting for the GIL, woken 00.009440
  00.009500 00.009550 b        running
  00.009450 00.009600 app      waiting for the GIL, woken 00.009540
  00.009600 00.009650 app      running
  00.009550 00.009700 b        waiting for the GIL, woken 00.009640
  00.009700 00.009750 b        running
  00.009650 00.009800 app      waiting for the GIL, woken 00.009740
  00.009800 00.009850 app      running
  00.009750 00.009900 b        waiting for the GIL, woken 00.009840
  00.009900 00.009950 b        running
  00.009850 00.010000 app      waiting for the GIL, woken 00.009940
  00.010000 00.010050 app      running
  00.009950 00.010100 b        waiting for the GIL, woken 00.010040
  00.010100 00.010150 b        running
  00.010050 00.010200 app      waiting for the GIL, woken 00.010140
  00.010200 00.010250 app      running
  00.010150 00.010300 b        waiting for the GIL, woken 00.010240
  00.010300 00.010350 b        running
  00.010250 00.010400 app      waiting for the GIL, woken 00.010340
  00.010400 00.010450 app      running
  00.010350 00.010500 b        waiting for the GIL, woken 00.010440
  00.010500 00.010550 b        running
  00.010450 00.010600 app      waiting for the GIL, woken 00.010540
  00.010600 00.010650 app      running
  00.010550 00.010700 b        waiting for the GIL, woken 00.010640
  00.010700 00.010750 b        running
  00.010650 00.010800 app      waiting for the GIL, woken 00.010740
  00.010800 00.010850 app      running
  00.010750 00.010900 b        waiting for the GIL, woken 00.010840
  00.010900 00.010950 b        running
  00.010850 00.011000 app      waiting for the GIL, woken 00.010940
  00.011000 00.011050 app      running
  00.010950 00.011100 b        waiting for the GIL, woken 00.011040
  00.011100 00.011150 b        running
  00.011050 00.011200 app      waiting for the GIL, woken 00.011140
  00.011200 00.011250 app      running
  00.011150 00.011300 b        waiting for the GIL, woken 00.011240
  00.011300 00.011350 b        running
  00.011250 00.011400 app      waiting for the GIL, woken 00.011340
  00.011400 00.011450 app      running
  00.011350 00.011500 b        waiting for the GIL, woken 00.011440
  00.011500 00.011550 b        running
  00.011450 00.011600 app      waiting for the GIL, woken 00.011540
  00.011600 00.011650 app      running
  00.011550 00.011700 b        waiting for the GIL, woken 00.011640
  00.011700 00.011750 b        running
  00.011650 00.011800 app      waiting for the GIL, woken 00.011740
  00.011800 00.011850 app      running
  00.011750 00.011900 b        waiting for the GIL, woken 00.011840
  00.011900 00.011950 b        running
  00.011850 00.012000 app      waiting for the GIL, woken 00.011940
  00.012000 00.012050 app      running
  00.011950 00.012100 b        waiting for the GIL, woken 00.012040
  00.012100 00.012150 b        running
  00.012050 00.012200 app      waiting for the GIL, woken 00.012140
  00.012200 00.012250 app      running
  00.012150 00.012300 b        waiting for the GIL, woken 00.012240
  00.012300 00.012350 b        running
  00.012250 00.012400 app      waiting for the GIL, woken 00.012340
  00.012400 00.012450 app      running
  00.012350 00.012500 b        waiting for the GIL, woken 00.012440
  00.012500 00.012550 b        running
  00.012450 00.012600 app      waiting for the GIL, woken 00.012540
  00.012600 00.012650 app      running
  00.012550 00.012700 b        waiting for the GIL, woken 00.012640
  00.012700 00.012750 b        running
  00.012650 00.012800 app      waiting for the GIL, woken 00.012740
  00.012800 00.012850 app      running
  00.012750 00.012900 b        waiting for the GIL, woken 00.012840
  00.012900 00.012950 b        running
  00.012850 00.013000 app      waiting for the GIL, woken 00.012940
  00.013000 00.013050 app      running
  00.012950 00.013100 b        waiting for the GIL, woken 00.013040
  00.013100 00.013150 b        running
  00.013050 00.013200 app      waiting for the GIL, woken 00.013140
  00.013200 00.013250 app      running
  00.013150 00.013300 b        waiting for the GIL, woken 00.013240
  00.013300 00.013350 b        running
  00.013250 00.013400 app      waiting for the GIL, woken 00.013340
  00.013400 00.013450 app      running
  00.013350 00.013500 b        waiting for the GIL, woken 00.013440
  00.013500 00.013550 b        running
  00.013450 00.013600 app      waiting for the GIL, woken 00.013540
  00.013600 00.013650 app      running
  00.013550 00.013700 b        waiting for the GIL, woken 00.013640
  00.013700 00.013750 b        running
  00.013650 00.013800 app      waiting for the GIL, woken 00.013740
  00.013800 00.013850 app      running
  00.013750 00.013900 b        waiting for the GIL, woken 00.013840
  00.013900 00.013950 b        running
  00.013850 00.014000 app      waiting for the GIL, woken 00.013940
  00.014000 00.014050 app      running
  00.013950 00.014100 b        waiting for the GIL, woken 00.014040
  00.014100 00.014150 b        running
  00.014050 00.014200 app      waiting for the GIL, woken 00.014140
  00.014200 00.014250 app      running
  00.014150 00.014300 b        waiting for the GIL, woken 00.014240
  00.014300 00.014350 b        running
  00.014250 00.014400 app      waiting for the GIL, woken 00.014340
  00.014400 00.014450 app      running
  00.014350 00.014500 b        waiting for the GIL, woken 00.014440
  00.014500 00.014550 b        running
  00.014450 00.014600 app      waiting for the GIL, woken 00.014540
  00.014600 00.014650 app      running
  00.014550 00.014700 b        waiting for the GIL, woken 00.014640
  00.014700 00.014750 b        running
  00.014650 00.014800 app      waiting for the GIL, woken 00.014740
  00.014800 00.014850 app      running
  00.014750 00.014900 b        waiting for the GIL, woken 00.014840
  00.014900 00.014950 b        running
  00.014850 00.015000 app      waiting for the GIL, woken 00.014940
  00.015000 00.015050 app      running
  00.014950 00.015100 b        waiting for the GIL, woken 00.015040
  00.015100 00.015150 b        running
  00.015050 00.015200 app      waiting for the GIL, woken 00.015140
  00.015200 00.015250 app      running
  00.015150 00.015300 b        waiting for the GIL, woken 00.015240
  00.015300 00.015350 b        running
  00.015250 00.015400 app      waiting for the GIL, woken 00.015340
  00.015400 00.015450 app      running
  00.015350 00.015500 b        waiting for the GIL, woken 00.015440
  00.015500 00.015550 b        running
  00.015450 00.015600 app      waiting for the GIL, woken 00.015540
  00.015600 00.015650 app      running
  00.015550 00.015700 b        waiting for the GIL, woken 00.015640
  00.015700 00.015750 b        running
  00.015650 00.015800 app      waiting for the GIL, woken 00.015740
  00.015800 00.015850 app      running
  00.015750 00.015900 b        waiting for the GIL, woken 00.015840
  00.015900 00.015950 b        running
  00.015850 00.016000 app      waiting for the GIL, woken 00.015940
  00.016000 00.016050 app      running
  00.015950 00.016100 b        waiting for the GIL, woken 00.016040
  00.016100 00.016150 b        running
  00.016050 00.016200 app      waiting for the GIL, woken 00.016140
  00.016200 00.016250 app      running
  00.016150 00.016300 b        waiting for the GIL, woken 00.016240
  00.016300 00.016350 b        running
  00.016250 00.016400 app      waiting for the GIL, woken 00.016340
  00.016400 00.016450 app      running
  00.016350 00.016500 b        waiting for the GIL, woken 00.016440
  00.016500 00.016550 b        running
  00.016450 00.016600 app      waiting for the GIL, woken 00.016540
  00.016600 00.016650 app      running
  00.016550 00.016700 b        waiting for the GIL, woken 00.016640
  00.016700 00.016750 b        running
  00.016650 00.016800 app      waiting for the GIL, woken 00.016740
  00.016800 00.016850 app      running
  00.016750 00.016900 b        waiting for the GIL, woken 00.016840
  00.016900 00.016950 b        running
  00.016850 00.017000 app      waiting for the GIL, woken 00.016940
  00.017000 00.017050 app      running
  00.016950 00.017100 b        waiting for the GIL, woken 00.017040
  00.017100 00.017150 b        running
  00.017050 00.017200 app      waiting for the GIL, woken 00.017140
  00.017200 00.017250 app      running
  00.017150 00.017300 b        waiting for the GIL, woken 00.017240
  00.017300 00.017350 b        running
  00.017250 00.017400 app      waiting for the GIL, woken 00.017340
  00.017400 00.017450 app      running
  00.017350 00.017500 b        waiting for the GIL, woken 00.017440
  00.017500 00.017550 b        running
  00.017450 00.017600 app      waiting for the GIL, woken 00.017540
  00.017600 00.017650 app      running
  00.017550 00.017700 b        waiting for the GIL, woken 00.017640
  00.017700 00.017750 b        running
  00.017650 00.017800 app      waiting for the GIL, woken 00.017740
  00.017800 00.017850 app      running
  00.017750 00.017900 b        waiting for the GIL, woken 00.017840
  00.017900 00.017950 b        running
  00.017850 00.018000 app      waiting for the GIL, woken 00.017940
  00.018000 00.018050 app      running
  00.017950 00.018100 b        waiting for the GIL, woken 00.018040
  00.018100 00.018150 b        running
  00.018050 00.018200 app      waiting for the GIL, woken 00.018140
  00.018200 00.018250 app      running
  00.018150 00.018300 b        waiting for the GIL, woken 00.018240
  00.018300 00.018350 b        running
  00.018250 00.018400 app      waiting for the GIL, woken 00.018340
  00.018400 00.018450 app      running
  00.018350 00.018500 b        waiting for the GIL, woken 00.018440
  00.018500 00.018550 b        running
  00.018450 00.018600 app      waiting for the GIL, woken 00.018540
  00.018600 00.018650 app      running
  00.018550 00.018700 b        waiting for the GIL, woken 00.018640
  00.018700 00.018750 b        running
  00.018650 00.018800 app      waiting for the GIL, woken 00.018740
  00.018800 00.018850 app      running
  00.018750 00.018900 b        waiting for the GIL, woken 00.018840
  00.018900 00.018950 b        running
  00.018850 00.019000 app      waiting for the GIL, woken 00.018940
  00.019000 00.019050 app      running
  00.018950 00.019100 b        waiting for the GIL, woken 00.019040
  00.019100 00.019150 b        running
  00.019050 00.019200 app      waiting for the GIL, woken 00.019140
  00.019200 00.019250 app      running
  00.019150 00.019300 b        waiting for the GIL, woken 00.019240
  00.019300 00.019350 b        running
  00.019250 00.019400 app      waiting for the GIL, woken 00.019340
  00.019400 00.019450 app      running
  00.019350 00.019500 b        waiting for the GIL, woken 00.019440
  00.019500 00.019550 b        running
  00.019450 00.019600 app      waiting for the GIL, woken 00.019540
  00.019600 00.019650 app      running
  00.019550 00.019700 b        waiting for the GIL, woken 00.019640
  00.019700 00.019750 b        running
  00.019650 00.019800 app      waiting for the GIL, woken 00.019740
  00.019800 00.019850 app      running
  00.019750 00.019900 b        waiting for the GIL, woken 00.019840
  00.019900 00.019950 b        running
  00.019850 00.020000 app      waiting for the GIL, woken 00.019940
  00.020000 00.020050 app      running
  00.019950 00.020100 b        waiting for the GIL, woken 00.020040
  00.020100 00.020150 b        running
  00.020050 00.020200 app      waiting for the GIL, woken 00.020140
  00.020200 00.020250 app      running
  00.020150 00.020300 b        waiting for the GIL, woken 00.020240
  00.020300 00.020350 b        running
  00.020250 00.020400 app      waiting for the GIL, woken 00.020340
  00.020400 00.020450 app      running
  00.020350 00.020500 b        waiting for the GIL, woken 00.020440
  00.020500 00.020550 b        running
  00.020450 00.020600 app      waiting for the GIL, woken 00.020540
  00.020600 00.020650 app      running
  00.020550 00.020700 b        waiting for the GIL, woken 00.020640
  00.020700 00.020750 b        running
  00.020650 00.020800 app      waiting for the GIL, woken 00.020740
  00.020800 00.020850 app      running
  00.020750 00.020900 b        waiting for the GIL, woken 00.020840
  00.020900 00.020950 b        running
  00.020850 00.021000 app      waiting for the GIL, woken 00.020940
  00.021000 00.021050 app      running
  00.020950 00.021100 b        waiting for the GIL, woken 00.021040
  00.021100 00.021150 b        running
  00.021050 00.021200 app      waiting for the GIL, woken 00.021140
  00.021200 00.021250 app      running
  00.021150 00.021300 b        waiting for the GIL, woken 00.021240
  00.021300 00.021350 b        running
  00.021250 00.021400 app      waiting for the GIL, woken 00.021340
  00.021400 00.021450 app      running
  00.021350 00.021500 b        waiting for the GIL, woken 00.021440
  00.021500 00.021550 b        running
  00.021450 00.021600 app      waiting for the GIL, woken 00.021540
  00.021600 00.021650 app      running
  00.021550 00.021700 b        waiting for the GIL, woken 00.021640
  00.021700 00.021750 b        running
  00.021650 00.021800 app      waiting for the GIL, woken 00.021740
  00.021800 00.021850 app      running
  00.021750 00.021900 b        waiting for the GIL, woken 00.021840
  00.021900 00.021950 b        running
  00.021850 00.022000 app      waiting for the GIL, woken 00.021940
  00.022000 00.022050 app      running
  00.021950 00.022100 b        waiting for the GIL, woken 00.022040
  00.022100 00.022150 b        running
  00.022050 00.022200 app      waiting for the GIL, woken 00.022140
  00.022200 00.022250 app      running
  00.022150 00.022300 b        waiting for the GIL, woken 00.022240
  00.022300 00.022350 b        running
  00.022250 00.022400 app      waiting for the GIL, woken 00.022340
  00.022400 00.022450 app      running
  00.022350 00.022500 b        waiting for the GIL, woken 00.022440
  00.022500 00.022550 b        running
  00.022450 00.022600 app      waiting for the GIL, woken 00.022540
  00.022600 00.022650 app      running
  00.022550 00.022700 b        waiting for the GIL, woken 00.022640
  00.022700 00.022750 b        running
  00.022650 00.022800 app      waiting for the GIL, woken 00.022740
  00.022800 00.022850 app      running
  00.022750 00.022900 b        waiting for the GIL, woken 00.022840
  00.022900 00.022950 b        running
  00.022850 00.023000 app      waiting for the GIL, woken 00.022940
  00.023000 00.023050 app      running
  00.022950 00.023100 b        waiting for the GIL, woken 00.023040
  00.023100 00.023150 b        running
  00.023050 00.023200 app      waiting for the GIL, woken 00.023140
  00.023200 00.023250 app      running
  00.023150 00.023300 b        waiting for the GIL, woken 00.023240
  00.023300 00.023350 b        running
  00.023250 00.023400 app      waiting for the GIL, woken 00.023340
  00.023400 00.023450 app      running
  00.023350 00.023500 b        waiting for the GIL, woken 00.023440
  00.023500 00.023550 b        running
  00.023450 00.023600 app      waiting for the GIL, woken 00.023540
  00.023600 00.023650 app      running
  00.023550 00.023700 b        waiting for the GIL, woken 00.023640
  00.023700 00.023750 b        running
  00.023650 00.023800 app      waiting for the GIL, woken 00.023740
  00.023800 00.023850 app      running
  00.023750 00.023900 b        waiting for the GIL, woken 00.023840
  00.023900 00.023950 b        running
  00.023850 00.024000 app      waiting for the GIL, woken 00.023940
  00.024000 00.024050 app      running
  00.023950 00.024100 b        waiting for the GIL, woken 00.024040
  00.024100 00.024150 b        running
  00.024050 00.024200 app      waiting for the GIL, woken 00.024140
  00.024200 00.024250 app      running
  00.024150 00.024300 b        waiting for the GIL, woken 00.024240
  00.024300 00.024350 b        running
  00.024250 00.024400 app      waiting for the GIL, woken 00.024340
  00.024400 00.024450 app      running
  00.024350 00.024500 b        waiting for the GIL, woken 00.024440
  00.024500 00.024550 b        running
  00.024450 00.024600 app      waiting for the GIL, woken 00.024540
  00.024600 00.024650 app      running
  00.024550 00.024700 b        waiting for the GIL, woken 00.024640
  00.024700 00.024750 b        running
  00.024650 00.024800 app      waiting for the GIL, woken 00.024740
  00.024800 00.024850 app      running
  00.024750 00.024900 b        waiting for the GIL, woken 00.024840
  00.024900 00.024950 b        running
  00.024850 00.025000 app      waiting for the GIL, woken 00.024940
  00.025000 00.025050 app      running
  00.024950 00.025100 b        waiting for the GIL, woken 00.025040
  00.025100 00.025150 b        running
  00.025050 00.025200 app      waiting for the GIL, woken 00.025140
  00.025200 00.025250 app      running
  00.025150 00.025300 b        waiting for the GIL, woken 00.025240
  00.025300 00.025350 b        running
  00.025250 00.025400 app      waiting for the GIL, woken 00.025340
  00.025400 00.025450 app      running
  00.025350 00.025500 b        waiting for the GIL, woken 00.025440
  00.025500 00.025550 b        running
  00.025450 00.025600 app      waiting for the GIL, woken 00.025540
  00.025600 00.025650 app      running
  00.025550 00.025700 b        waiting for the GIL, woken 00.025640
  00.025700 00.025750 b        running
  00.025650 00.025800 app      waiting for the GIL, woken 00.025740
  00.025800 00.025850 app      running
  00.025750 00.025900 b        waiting for the GIL, woken 00.025840
  00.025900 00.025950 b        running
  00.025850 00.026000 app      waiting for the GIL, woken 00.025940
  00.026000 00.026050 app      running
  00.025950 00.026100 b        waiting for the GIL, woken 00.026040
  00.026100 00.026150 b        running
  00.026050 00.026200 app      waiting for the GIL, woken 00.026140
  00.026200 00.026250 app      running
  00.026150 00.026300 b        waiting for the GIL, woken 00.026240
  00.026300 00.026350 b        running
  00.026250 00.026400 app      waiting for the GIL, woken 00.026340
  00.026400 00.026450 app      running
  00.026350 00.026500 b        waiting for the GIL, woken 00.026440
  00.026500 00.026550 b        running
  00.026450 00.026600 app      waiting for the GIL, woken 00.026540
  00.026600 00.026650 app      running
  00.026550 00.026700 b        waiting for the GIL, woken 00.026640
  00.026700 00.026750 b        running
  00.026650 00.026800 app      waiting for the GIL, woken 00.026740
  00.026800 00.026850 app      running
  00.026750 00.026900 b        waiting for the GIL, woken 00.026840
  00.026900 00.026950 b        running
  00.026850 00.027000 app      waiting for the GIL, woken 00.026940
  00.027000 00.027050 app      running
  00.026950 00.027100 b        waiting for the GIL, woken 00.027040
  00.027100 00.027150 b        running
  00.027050 00.027200 app      waiting for the GIL, woken 00.027140
  00.027200 00.027250 app      running
  00.027150 00.027300 b        waiting for the GIL, woken 00.027240
  00.027300 00.027350 b        running
  00.027250 00.027400 app      waiting for the GIL, woken 00.027340
  00.027400 00.027450 app      running
  00.027350 00.027500 b        waiting for the GIL, woken 00.027440
  00.027500 00.027550 b        running
  00.027450 00.027600 app      waiting for the GIL, woken 00.027540
  00.027600 00.027650 app      running
  00.027550 00.027700 b        waiting for the GIL, woken 00.027640
  00.027700 00.027750 b        running
  00.027650 00.027800 app      waiting for the GIL, woken 00.027740
  00.027800 00.027850 app      running
  00.027750 00.027900 b        waiting for the GIL, woken 00.027840
  00.027900 00.027950 b        running
  00.027850 00.028000 app      waiting for the GIL, woken 00.027940
  00.028000 00.028050 app      running
  00.027950 00.028100 b        waiting for the GIL, woken 00.028040
  00.028100 00.028150 b        running
  00.028050 00.028200 app      waiting for the GIL, woken 00.028140
  00.028200 00.028250 app      running
  00.028150 00.028300 b        waiting for the GIL, woken 00.028240
  00.028300 00.028350 b        running
  00.028250 00.028400 app      waiting for the GIL, woken 00.028340
  00.028400 00.028450 app      running
  00.028350 00.028500 b        waiting for the GIL, woken 00.028440
  00.028500 00.028550 b        running
  00.028450 00.028600 app      waiting for the GIL, woken 00.028540
  00.028600 00.028650 app      running
  00.028550 00.028700 b        waiting for the GIL, woken 00.028640
  00.028700 00.028750 b        running
  00.028650 00.028800 app      waiting for the GIL, woken 00.028740
  00.028800 00.028850 app      running
  00.028750 00.028900 b        waiting for the GIL, woken 00.028840
  00.028900 00.028950 b        running
  00.028850 00.029000 app      waiting for the GIL, woken 00.028940
  00.029000 00.029050 app      running
  00.028950 00.029100 b        waiting for the GIL, woken 00.029040
  00.029100 00.029150 b        running
  00.029050 00.029200 app      waiting for the GIL, woken 00.029140
  00.029200 00.029250 app      running
  00.029150 00.029300 b        waiting for the GIL, woken 00.029240
  00.029300 00.029350 b        running
  00.029250 00.029400 app      waiting for the GIL, woken 00.029340
  00.029400 00.029450 app      running
  00.029350 00.029500 b        waiting for the GIL, woken 00.029440
  00.029500 00.029550 b        running
  00.029450 00.029600 app      waiting for the GIL, woken 00.029540
  00.029600 00.029650 app      running
  00.029550 00.029700 b        waiting for the GIL, woken 00.029640
  00.029700 00.029750 b        running
  00.029650 00.029800 app      waiting for the GIL, woken 00.029740
  00.029800 00.029850 app      running
  00.029750 00.029900 b        waiting for the GIL, woken 00.029840
  00.029900 00.029950 b        running
  00.029850 00.030000 app      waiting for the GIL, woken 00.029940
  00.030000 00.030050 app      running
  00.029950 00.030100 b        waiting for the GIL, woken 00.030040
  00.030100 00.030150 b        running
  00.030050 00.030200 app      waiting for the GIL, woken 00.030140
  00.030200 00.030250 app      running
  00.030150 00.030300 b        waiting for the GIL, woken 00.030240
  00.030300 00.030350 b        running
  00.030250 00.030400 app      waiting for the GIL, woken 00.030340
  00.030400 00.030450 app      running
  00.030350 00.030500 b        waiting for the GIL, woken 00.030440
  00.030500 00.030550 b        running
  00.030450 00.030600 app      waiting for the GIL, woken 00.030540
  00.030600 00.030650 app      running
  00.030550 00.030700 b        waiting for the GIL, woken 00.030640
  00.030700 00.030750 b        running
  00.030650 00.030800 app      waiting for the GIL, woken 00.030740
  00.030800 00.030850 app      running
  00.030750 00.030900 b        waiting for the GIL, woken 00.030840
  00.030900 00.030950 b        running
  00.030850 00.031000 app      waiting for the GIL, woken 00.030940
  00.031000 00.031050 app      running
  00.030950 00.031100 b        waiting for the GIL, woken 00.031040
  00.031100 00.031150 b        running
  00.031050 00.031200 app      waiting for the GIL, woken 00.031140
  00.031200 00.031250 app      running
  00.031150 00.031300 b        waiting for the GIL, woken 00.031240
  00.031300 00.031350 b        running
  00.031250 00.031400 app      waiting for the GIL, woken 00.031340
  00.031400 00.031450 app      running
  00.031350 00.031500 b        waiting for the GIL, woken 00.031440
  00.031500 00.031550 b        running
  00.031450 00.031600 app      waiting for the GIL, woken 00.031540
  00.031600 00.031650 app      running
  00.031550 00.031700 b        waiting for the GIL, woken 00.031640
  00.031700 00.031750 b        running
  00.031650 00.031800 app      waiting for the GIL, woken 00.031740
  00.031800 00.031850 app      running
  00.031750 00.031900 b        waiting for the GIL, woken 00.031840
  00.031900 00.031950 b        running
  00.031850 00.032000 app      waiting for the GIL, woken 00.031940
  00.032000 00.032050 app      running
  00.031950 00.032100 b        waiting for the GIL, woken 00.032040
  00.032100 00.032150 b        running
  00.032050 00.032200 app      waiting for the GIL, woken 00.032140
  00.032200 00.032250 app      running
  00.032150 00.032300 b        waiting for the GIL, woken 00.032240
  00.032300 00.032350 b        running
  00.032250 00.032400 app      waiting for the GIL, woken 00.032340
  00.032400 00.032450 app      running
  00.032350 00.032500 b        waiting for the GIL, woken 00.032440
  00.032500 00.032550 b        running
  00.032450 00.032600 app      waiting for the GIL, woken 00.032540
  00.032600 00.032650 app      running
  00.032550 00.032700 b        waiting for the GIL, woken 00.032640
  00.032700 00.032750 b        running
  00.032650 00.032800 app      waiting for the GIL, woken 00.032740
  00.032800 00.032850 app      running
  00.032750 00.032900 b        waiting for the GIL, woken 00.032840
  00.032900 00.032950 b        running
  00.032850 00.033000 app      waiting for the GIL, woken 00.032940
  00.033000 00.033050 app      running
  00.032950 00.033100 b        waiting for the GIL, woken 00.033040
  00.033100 00.033150 b        running
  00.033050 00.033200 app      waiting for the GIL, woken 00.033140
  00.033200 00.033250 app      running
  00.033150 00.033300 b        waiting for the GIL, woken 00.033240
  00.033300 00.033350 b        running
  00.033250 00.033400 app      waiting for the GIL, woken 00.033340
  00.033400 00.033450 app      running
  00.033350 00.033500 b        waiting for the GIL, woken 00.033440
  00.033500 00.033550 b        running
  00.033450 00.033600 app      waiting for the GIL, woken 00.033540
  00.033600 00.033650 app      running
  00.033550 00.033700 b        waiting for the GIL, woken 00.033640
  00.033700 00.033750 b        running
  00.033650 00.033800 app      waiting for the GIL, woken 00.033740
  00.033800 00.033850 app      running
  00.033750 00.033900 b        waiting for the GIL, woken 00.033840
  00.033900 00.033950 b        running
  00.033850 00.034000 app      waiting for the GIL, woken 00.033940
  00.034000 00.034050 app      running
  00.033950 00.034100 b        waiting for the GIL, woken 00.034040
  00.034100 00.034150 b        running
  00.034050 00.034200 app      waiting for the GIL, woken 00.034140
  00.034200 00.034250 app      running
  00.034150 00.034300 b        waiting for the GIL, woken 00.034240
  00.034300 00.034350 b        running
  00.034250 00.034400 app      waiting for the GIL, woken 00.034340
  00.034400 00.034450 app      running
  00.034350 00.034500 b        waiting for the GIL, woken 00.034440
  00.034500 00.034550 b        running
  00.034450 00.034600 app      waiting for the GIL, woken 00.034540
  00.034600 00.034650 app      running
  00.034550 00.034700 b        waiting for the GIL, woken 00.034640
  00.034700 00.034750 b        running
  00.034650 00.034800 app      waiting for the GIL, woken 00.034740
  00.034800 00.034850 app      running
  00.034750 00.034900 b        waiting for the GIL, woken 00.034840
  00.034900 00.034950 b        running
  00.034850 00.035000 app      waiting for the GIL, woken 00.034940
  00.035000 00.035050 app      running
  00.034950 00.035100 b        waiting for the GIL, woken 00.035040
  00.035100 00.035150 b        running
  00.035050 00.035200 app      waiting for the GIL, woken 00.035140
  00.035200 00.035250 app      running
  00.035150 00.035300 b        waiting for the GIL, woken 00.035240
  00.035300 00.035350 b        running
  00.035250 00.035400 app      waiting for the GIL, woken 00.035340
  00.035400 00.035450 app      running
  00.035350 00.035500 b        waiting for the GIL, woken 00.035440
  00.035500 00.035550 b        running
  00.035450 00.035600 app      waiting for the GIL, woken 00.035540
  00.035600 00.035650 app      running
  00.035550 00.035700 b        waiting for the GIL, woken 00.035640
  00.035700 00.035750 b        running
  00.035650 00.035800 app      waiting for the GIL, woken 00.035740
  00.035800 00.035850 app      running
  00.035750 00.035900 b        waiting for the GIL, woken 00.035840
  00.035900 00.035950 b        running
  00.035850 00.036000 app      waiting for the GIL, woken 00.035940
  00.036000 00.036050 app      running
  00.035950 00.036100 b        waiting for the GIL, woken 00.036040
  00.036100 00.036150 b        running
  00.036050 00.036200 app      waiting for the GIL, woken 00.036140
  00.036200 00.036250 app      running
  00.036150 00.036300 b        waiting for the GIL, woken 00.036240
  00.036300 00.036350 b        running
  00.036250 00.036400 app      waiting for the GIL, woken 00.036340
  00.036400 00.036450 app      running
  00.036350 00.036500 b        waiting for the GIL, woken 00.036440
  00.036500 00.036550 b        running
  00.036450 00.036600 app      waiting for the GIL, woken 00.036540
  00.036600 00.036650 app      running
  00.036550 00.036700 b        waiting for the GIL, woken 00.036640
  00.036700 00.036750 b        running
  00.036650 00.036800 app      waiting for the GIL, woken 00.036740
  00.036800 00.036850 app      running
  00.036750 00.036900 b        waiting for the GIL, woken 00.036840
  00.036900 00.036950 b        running
  00.036850 00.037000 app      waiting for the GIL, woken 00.036940
  00.037000 00.037050 app      running
  00.036950 00.037100 b        waiting for the GIL, woken 00.037040
  00.037100 00.037150 b        running
  00.037050 00.037200 app      waiting for the GIL, woken 00.037140
  00.037200 00.037250 app      running
  00.037150 00.037300 b        waiting for the GIL, woken 00.037240
  00.037300 00.037350 b        running
  00.037250 00.037400 app      waiting for the GIL, woken 00.037340
  00.037400 00.037450 app      running
  00.037350 00.037500 b        waiting for the GIL, woken 00.037440
  00.037500 00.037550 b        running
  00.037450 00.037600 app      waiting for the GIL, woken 00.037540
  00.037600 00.037650 app      running
  00.037550 00.037700 b        waiting for the GIL, woken 00.037640
  00.037700 00.037750 b        running
  00.037650 00.037800 app      waiting for the GIL, woken 00.037740
  00.037800 00.037850 app      running
  00.037750 00.037900 b        waiting for the GIL, woken 00.037840
  00.037900 00.037950 b        running
  00.037850 00.038000 app      waiting for the GIL, woken 00.037940
  00.038000 00.038050 app      running
  00.037950 00.038100 b        waiting for the GIL, woken 00.038040
  00.038100 00.038150 b        running
  00.038050 00.038200 app      waiting for the GIL, woken 00.038140
  00.038200 00.038250 app      running
  00.038150 00.038300 b        waiting for the GIL, woken 00.038240
  00.038300 00.038350 b        running
  00.038250 00.038400 app      waiting for the GIL, woken 00.038340
  00.038400 00.038450 app      running
  00.038350 00.038500 b        waiting for the GIL, woken 00.038440
  00.038500 00.038550 b        running
  00.038450 00.038600 app      waiting for the GIL, woken 00.038540
  00.038600 00.038650 app      running
  00.038550 00.038700 b        waiting for the GIL, woken 00.038640
  00.038700 00.038750 b        running
  00.038650 00.038800 app      waiting for the GIL, woken 00.038740
  00.038800 00.038850 app      running
  00.038750 00.038900 b        waiting for the GIL, woken 00.038840
  00.038900 00.038950 b        running
  00.038850 00.039000 app      waiting for the GIL, woken 00.038940
  00.039000 00.039050 app      running
  00.038950 00.039100 b        waiting for the GIL, woken 00.039040
  00.039100 00.039150 b        running
  00.039050 00.039200 app      waiting for the GIL, woken 00.039140
  00.039200 00.039250 app      running
  00.039150 00.039300 b        waiting for the GIL, woken 00.039240
  00.039300 00.039350 b        running
  00.039250 00.039400 app      waiting for the GIL, woken 00.039340
  00.039400 00.039450 app      running
  00.039350 00.039500 b        waiting for the GIL, woken 00.039440
  00.039500 00.039550 b        running
  00.039450 00.039600 app      waiting for the GIL, woken 00.039540
  00.039600 00.039650 app      running
  00.039550 00.039700 b        waiting for the GIL, woken 00.039640
  00.039700 00.039750 b        running
  00.039650 00.039800 app      waiting for the GIL, woken 00.039740
  00.039800 00.039850 app      running
  00.039750 00.039900 b        waiting for the GIL, woken 00.039840
  00.039900 00.039950 b        running
  00.039850 00.040000 app      waiting for the GIL, woken 00.039940
  00.040000 00.040100 app      running
  00.039950 00.040100 b        waiting for the GIL, until the end
budget
  app      40100us = running, not sampled 10100us + waiting for the GIL 18000us + waiting for a CPU 12000us
  b        40100us = running, not sampled 10010us + waiting for the GIL 18090us + waiting for a CPU 12000us
GIL waits
  app ping (app.py:6): 30000us in 200, for a CPU 12000us; had by b pong (app.py:8)
  b pong (app.py:8): 29940us in 200, for a CPU 12000us; had by app ping (app.py:5)
  b pong (app.py:8): 150us in 1, for a CPU 0us; had by app ping (app.py:6)
  hand-overs known 400 of 400
finding gil-contention (serious): b waited 30.1 ms for the GIL, 75.0 % of its time, 12.0 ms of it for a CPU after its turn came. Most of it: app at ping (app.py:6) while b had it at pong (app.py:8), 30.0 ms in 200 waits.
  next: keelback gil
finding gil-ping-pong (serious): The GIL changed hands 9975 times a second, and 73.2 % of the 60.1 ms of waiting was the handing over itself. Each release in front of a short call gives it away: fewer, larger calls keep it.
  next: keelback syscalls --by line
finding cpu-starvation (serious): Threads were ready to run but had no CPU for 24.0 ms, 54.4 % of the time they wanted one; b most, for 12.0 ms. 2 CPUs were online.
  next: keelback gil
