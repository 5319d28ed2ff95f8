# sys.setswitchinterval(0.0005): two threads hand over more than they compute.
process app python app.py
python app 3.12.1
thread a app
thread b app
00.000000 app in
00.000001 app out sleeping futex 0x5500001000 wait_bitset 0 @ Thread.join (/usr/lib/python3.12/threading.py:1149) < main (app.py:33)
00.000000 a in
00.000000 b in
00.000010 b out sleeping futex gil.cond gil=a @ spin (app.py:7)
repeat 40 2ms 00.000515 b woken
repeat 40 2ms 00.000520 b in
repeat 40 2ms 00.000530 b out sleeping futex gil.cond gil=a @ spin (app.py:7)
repeat 40 2ms 00.000600 b woken by=a futex gil.cond wake @ spin (app.py:7)
repeat 40 2ms 00.000610 a out sleeping futex gil.switch_cond 0 @ spin (app.py:7)
repeat 40 2ms 00.000900 b in
repeat 40 2ms 00.000905 a woken by=b futex gil.switch_cond wake @ spin (app.py:7)
repeat 40 2ms 00.000910 a in
repeat 40 2ms 00.000920 a out sleeping futex gil.cond gil=b @ spin (app.py:7)
repeat 40 2ms 00.001430 a woken
repeat 40 2ms 00.001440 a in
repeat 40 2ms 00.001450 a out sleeping futex gil.cond gil=b @ spin (app.py:7)
repeat 40 2ms 00.001500 a woken by=b futex gil.cond wake @ spin (app.py:7)
repeat 40 2ms 00.001800 a in
repeat 40 2ms 00.002010 b out sleeping futex gil.cond gil=a @ spin (app.py:7)
00.080100 b woken by=a futex gil.cond wake @ spin (app.py:7)
00.080200 a out dead
00.080200 b in
00.080300 b out dead
00.080300 app woken
00.080300 app in
00.080300 app out dead
----
spans
  00.000000 00.000001 app      running
  00.000000 00.000010 b        running
  00.000010 00.000520 b        waiting for the GIL, woken 00.000515
  00.000520 00.000530 b        running
  00.000000 00.000610 a        running
  00.000530 00.000900 b        waiting for the GIL, woken 00.000600
  00.000610 00.000910 a        forced switch, woken 00.000905
  00.000910 00.000920 a        running
  00.000920 00.001440 a        waiting for the GIL, woken 00.001430
  00.001440 00.001450 a        running
  00.001450 00.001800 a        waiting for the GIL, woken 00.001500
  00.000900 00.002010 b        running
  00.002010 00.002520 b        waiting for the GIL, woken 00.002515
  00.002520 00.002530 b        running
  00.001800 00.002610 a        running
  00.002530 00.002900 b        waiting for the GIL, woken 00.002600
  00.002610 00.002910 a        forced switch, woken 00.002905
  00.002910 00.002920 a        running
  00.002920 00.003440 a        waiting for the GIL, woken 00.003430
  00.003440 00.003450 a        running
  00.003450 00.003800 a        waiting for the GIL, woken 00.003500
  00.002900 00.004010 b        running
  00.004010 00.004520 b        waiting for the GIL, woken 00.004515
  00.004520 00.004530 b        running
  00.003800 00.004610 a        running
  00.004530 00.004900 b        waiting for the GIL, woken 00.004600
  00.004610 00.004910 a        forced switch, woken 00.004905
  00.004910 00.004920 a        running
  00.004920 00.005440 a        waiting for the GIL, woken 00.005430
  00.005440 00.005450 a        running
  00.005450 00.005800 a        waiting for the GIL, woken 00.005500
  00.004900 00.006010 b        running
  00.006010 00.006520 b        waiting for the GIL, woken 00.006515
  00.006520 00.006530 b        running
  00.005800 00.006610 a        running
  00.006530 00.006900 b        waiting for the GIL, woken 00.006600
  00.006610 00.006910 a        forced switch, woken 00.006905
  00.006910 00.006920 a        running
  00.006920 00.007440 a        waiting for the GIL, woken 00.007430
  00.007440 00.007450 a        running
  00.007450 00.007800 a        waiting for the GIL, woken 00.007500
  00.006900 00.008010 b        running
  00.008010 00.008520 b        waiting for the GIL, woken 00.008515
  00.008520 00.008530 b        running
  00.007800 00.008610 a        running
  00.008530 00.008900 b        waiting for the GIL, woken 00.008600
  00.008610 00.008910 a        forced switch, woken 00.008905
  00.008910 00.008920 a        running
  00.008920 00.009440 a        waiting for the GIL, woken 00.009430
  00.009440 00.009450 a        running
  00.009450 00.009800 a        waiting for the GIL, woken 00.009500
  00.008900 00.010010 b        running
  00.010010 00.010520 b        waiting for the GIL, woken 00.010515
  00.010520 00.010530 b        running
  00.009800 00.010610 a        running
  00.010530 00.010900 b        waiting for the GIL, woken 00.010600
  00.010610 00.010910 a        forced switch, woken 00.010905
  00.010910 00.010920 a        running
  00.010920 00.011440 a        waiting for the GIL, woken 00.011430
  00.011440 00.011450 a        running
  00.011450 00.011800 a        waiting for the GIL, woken 00.011500
  00.010900 00.012010 b        running
  00.012010 00.012520 b        waiting for the GIL, woken 00.012515
  00.012520 00.012530 b        running
  00.011800 00.012610 a        running
  00.012530 00.012900 b        waiting for the GIL, woken 00.012600
  00.012610 00.012910 a        forced switch, woken 00.012905
  00.012910 00.012920 a        running
  00.012920 00.013440 a        waiting for the GIL, woken 00.013430
  00.013440 00.013450 a        running
  00.013450 00.013800 a        waiting for the GIL, woken 00.013500
  00.012900 00.014010 b        running
  00.014010 00.014520 b        waiting for the GIL, woken 00.014515
  00.014520 00.014530 b        running
  00.013800 00.014610 a        running
  00.014530 00.014900 b        waiting for the GIL, woken 00.014600
  00.014610 00.014910 a        forced switch, woken 00.014905
  00.014910 00.014920 a        running
  00.014920 00.015440 a        waiting for the GIL, woken 00.015430
  00.015440 00.015450 a        running
  00.015450 00.015800 a        waiting for the GIL, woken 00.015500
  00.014900 00.016010 b        running
  00.016010 00.016520 b        waiting for the GIL, woken 00.016515
  00.016520 00.016530 b        running
  00.015800 00.016610 a        running
  00.016530 00.016900 b        waiting for the GIL, woken 00.016600
  00.016610 00.016910 a        forced switch, woken 00.016905
  00.016910 00.016920 a        running
  00.016920 00.017440 a        waiting for the GIL, woken 00.017430
  00.017440 00.017450 a        running
  00.017450 00.017800 a        waiting for the GIL, woken 00.017500
  00.016900 00.018010 b        running
  00.018010 00.018520 b        waiting for the GIL, woken 00.018515
  00.018520 00.018530 b        running
  00.017800 00.018610 a        running
  00.018530 00.018900 b        waiting for the GIL, woken 00.018600
  00.018610 00.018910 a        forced switch, woken 00.018905
  00.018910 00.018920 a        running
  00.018920 00.019440 a        waiting for the GIL, woken 00.019430
  00.019440 00.019450 a        running
  00.019450 00.019800 a        waiting for the GIL, woken 00.019500
  00.018900 00.020010 b        running
  00.020010 00.020520 b        waiting for the GIL, woken 00.020515
  00.020520 00.020530 b        running
  00.019800 00.020610 a        running
  00.020530 00.020900 b        waiting for the GIL, woken 00.020600
  00.020610 00.020910 a        forced switch, woken 00.020905
  00.020910 00.020920 a        running
  00.020920 00.021440 a        waiting for the GIL, woken 00.021430
  00.021440 00.021450 a        running
  00.021450 00.021800 a        waiting for the GIL, woken 00.021500
  00.020900 00.022010 b        running
  00.022010 00.022520 b        waiting for the GIL, woken 00.022515
  00.022520 00.022530 b        running
  00.021800 00.022610 a        running
  00.022530 00.022900 b        waiting for the GIL, woken 00.022600
  00.022610 00.022910 a        forced switch, woken 00.022905
  00.022910 00.022920 a        running
  00.022920 00.023440 a        waiting for the GIL, woken 00.023430
  00.023440 00.023450 a        running
  00.023450 00.023800 a        waiting for the GIL, woken 00.023500
  00.022900 00.024010 b        running
  00.024010 00.024520 b        waiting for the GIL, woken 00.024515
  00.024520 00.024530 b        running
  00.023800 00.024610 a        running
  00.024530 00.024900 b        waiting for the GIL, woken 00.024600
  00.024610 00.024910 a        forced switch, woken 00.024905
  00.024910 00.024920 a        running
  00.024920 00.025440 a        waiting for the GIL, woken 00.025430
  00.025440 00.025450 a        running
  00.025450 00.025800 a        waiting for the GIL, woken 00.025500
  00.024900 00.026010 b        running
  00.026010 00.026520 b        waiting for the GIL, woken 00.026515
  00.026520 00.026530 b        running
  00.025800 00.026610 a        running
  00.026530 00.026900 b        waiting for the GIL, woken 00.026600
  00.026610 00.026910 a        forced switch, woken 00.026905
  00.026910 00.026920 a        running
  00.026920 00.027440 a        waiting for the GIL, woken 00.027430
  00.027440 00.027450 a        running
  00.027450 00.027800 a        waiting for the GIL, woken 00.027500
  00.026900 00.028010 b        running
  00.028010 00.028520 b        waiting for the GIL, woken 00.028515
  00.028520 00.028530 b        running
  00.027800 00.028610 a        running
  00.028530 00.028900 b        waiting for the GIL, woken 00.028600
  00.028610 00.028910 a        forced switch, woken 00.028905
  00.028910 00.028920 a        running
  00.028920 00.029440 a        waiting for the GIL, woken 00.029430
  00.029440 00.029450 a        running
  00.029450 00.029800 a        waiting for the GIL, woken 00.029500
  00.028900 00.030010 b        running
  00.030010 00.030520 b        waiting for the GIL, woken 00.030515
  00.030520 00.030530 b        running
  00.029800 00.030610 a        running
  00.030530 00.030900 b        waiting for the GIL, woken 00.030600
  00.030610 00.030910 a        forced switch, woken 00.030905
  00.030910 00.030920 a        running
  00.030920 00.031440 a        waiting for the GIL, woken 00.031430
  00.031440 00.031450 a        running
  00.031450 00.031800 a        waiting for the GIL, woken 00.031500
  00.030900 00.032010 b        running
  00.032010 00.032520 b        waiting for the GIL, woken 00.032515
  00.032520 00.032530 b        running
  00.031800 00.032610 a        running
  00.032530 00.032900 b        waiting for the GIL, woken 00.032600
  00.032610 00.032910 a        forced switch, woken 00.032905
  00.032910 00.032920 a        running
  00.032920 00.033440 a        waiting for the GIL, woken 00.033430
  00.033440 00.033450 a        running
  00.033450 00.033800 a        waiting for the GIL, woken 00.033500
  00.032900 00.034010 b        running
  00.034010 00.034520 b        waiting for the GIL, woken 00.034515
  00.034520 00.034530 b        running
  00.033800 00.034610 a        running
  00.034530 00.034900 b        waiting for the GIL, woken 00.034600
  00.034610 00.034910 a        forced switch, woken 00.034905
  00.034910 00.034920 a        running
  00.034920 00.035440 a        waiting for the GIL, woken 00.035430
  00.035440 00.035450 a        running
  00.035450 00.035800 a        waiting for the GIL, woken 00.035500
  00.034900 00.036010 b        running
  00.036010 00.036520 b        waiting for the GIL, woken 00.036515
  00.036520 00.036530 b        running
  00.035800 00.036610 a        running
  00.036530 00.036900 b        waiting for the GIL, woken 00.036600
  00.036610 00.036910 a        forced switch, woken 00.036905
  00.036910 00.036920 a        running
  00.036920 00.037440 a        waiting for the GIL, woken 00.037430
  00.037440 00.037450 a        running
  00.037450 00.037800 a        waiting for the GIL, woken 00.037500
  00.036900 00.038010 b        running
  00.038010 00.038520 b        waiting for the GIL, woken 00.038515
  00.038520 00.038530 b        running
  00.037800 00.038610 a        running
  00.038530 00.038900 b        waiting for the GIL, woken 00.038600
  00.038610 00.038910 a        forced switch, woken 00.038905
  00.038910 00.038920 a        running
  00.038920 00.039440 a        waiting for the GIL, woken 00.039430
  00.039440 00.039450 a        running
  00.039450 00.039800 a        waiting for the GIL, woken 00.039500
  00.038900 00.040010 b        running
  00.040010 00.040520 b        waiting for the GIL, woken 00.040515
  00.040520 00.040530 b        running
  00.039800 00.040610 a        running
  00.040530 00.040900 b        waiting for the GIL, woken 00.040600
  00.040610 00.040910 a        forced switch, woken 00.040905
  00.040910 00.040920 a        running
  00.040920 00.041440 a        waiting for the GIL, woken 00.041430
  00.041440 00.041450 a        running
  00.041450 00.041800 a        waiting for the GIL, woken 00.041500
  00.040900 00.042010 b        running
  00.042010 00.042520 b        waiting for the GIL, woken 00.042515
  00.042520 00.042530 b        running
  00.041800 00.042610 a        running
  00.042530 00.042900 b        waiting for the GIL, woken 00.042600
  00.042610 00.042910 a        forced switch, woken 00.042905
  00.042910 00.042920 a        running
  00.042920 00.043440 a        waiting for the GIL, woken 00.043430
  00.043440 00.043450 a        running
  00.043450 00.043800 a        waiting for the GIL, woken 00.043500
  00.042900 00.044010 b        running
  00.044010 00.044520 b        waiting for the GIL, woken 00.044515
  00.044520 00.044530 b        running
  00.043800 00.044610 a        running
  00.044530 00.044900 b        waiting for the GIL, woken 00.044600
  00.044610 00.044910 a        forced switch, woken 00.044905
  00.044910 00.044920 a        running
  00.044920 00.045440 a        waiting for the GIL, woken 00.045430
  00.045440 00.045450 a        running
  00.045450 00.045800 a        waiting for the GIL, woken 00.045500
  00.044900 00.046010 b        running
  00.046010 00.046520 b        waiting for the GIL, woken 00.046515
  00.046520 00.046530 b        running
  00.045800 00.046610 a        running
  00.046530 00.046900 b        waiting for the GIL, woken 00.046600
  00.046610 00.046910 a        forced switch, woken 00.046905
  00.046910 00.046920 a        running
  00.046920 00.047440 a        waiting for the GIL, woken 00.047430
  00.047440 00.047450 a        running
  00.047450 00.047800 a        waiting for the GIL, woken 00.047500
  00.046900 00.048010 b        running
  00.048010 00.048520 b        waiting for the GIL, woken 00.048515
  00.048520 00.048530 b        running
  00.047800 00.048610 a        running
  00.048530 00.048900 b        waiting for the GIL, woken 00.048600
  00.048610 00.048910 a        forced switch, woken 00.048905
  00.048910 00.048920 a        running
  00.048920 00.049440 a        waiting for the GIL, woken 00.049430
  00.049440 00.049450 a        running
  00.049450 00.049800 a        waiting for the GIL, woken 00.049500
  00.048900 00.050010 b        running
  00.050010 00.050520 b        waiting for the GIL, woken 00.050515
  00.050520 00.050530 b        running
  00.049800 00.050610 a        running
  00.050530 00.050900 b        waiting for the GIL, woken 00.050600
  00.050610 00.050910 a        forced switch, woken 00.050905
  00.050910 00.050920 a        running
  00.050920 00.051440 a        waiting for the GIL, woken 00.051430
  00.051440 00.051450 a        running
  00.051450 00.051800 a        waiting for the GIL, woken 00.051500
  00.050900 00.052010 b        running
  00.052010 00.052520 b        waiting for the GIL, woken 00.052515
  00.052520 00.052530 b        running
  00.051800 00.052610 a        running
  00.052530 00.052900 b        waiting for the GIL, woken 00.052600
  00.052610 00.052910 a        forced switch, woken 00.052905
  00.052910 00.052920 a        running
  00.052920 00.053440 a        waiting for the GIL, woken 00.053430
  00.053440 00.053450 a        running
  00.053450 00.053800 a        waiting for the GIL, woken 00.053500
  00.052900 00.054010 b        running
  00.054010 00.054520 b        waiting for the GIL, woken 00.054515
  00.054520 00.054530 b        running
  00.053800 00.054610 a        running
  00.054530 00.054900 b        waiting for the GIL, woken 00.054600
  00.054610 00.054910 a        forced switch, woken 00.054905
  00.054910 00.054920 a        running
  00.054920 00.055440 a        waiting for the GIL, woken 00.055430
  00.055440 00.055450 a        running
  00.055450 00.055800 a        waiting for the GIL, woken 00.055500
  00.054900 00.056010 b        running
  00.056010 00.056520 b        waiting for the GIL, woken 00.056515
  00.056520 00.056530 b        running
  00.055800 00.056610 a        running
  00.056530 00.056900 b        waiting for the GIL, woken 00.056600
  00.056610 00.056910 a        forced switch, woken 00.056905
  00.056910 00.056920 a        running
  00.056920 00.057440 a        waiting for the GIL, woken 00.057430
  00.057440 00.057450 a        running
  00.057450 00.057800 a        waiting for the GIL, woken 00.057500
  00.056900 00.058010 b        running
  00.058010 00.058520 b        waiting for the GIL, woken 00.058515
  00.058520 00.058530 b        running
  00.057800 00.058610 a        running
  00.058530 00.058900 b        waiting for the GIL, woken 00.058600
  00.058610 00.058910 a        forced switch, woken 00.058905
  00.058910 00.058920 a        running
  00.058920 00.059440 a        waiting for the GIL, woken 00.059430
  00.059440 00.059450 a        running
  00.059450 00.059800 a        waiting for the GIL, woken 00.059500
  00.058900 00.060010 b        running
  00.060010 00.060520 b        waiting for the GIL, woken 00.060515
  00.060520 00.060530 b        running
  00.059800 00.060610 a        running
  00.060530 00.060900 b        waiting for the GIL, woken 00.060600
  00.060610 00.060910 a        forced switch, woken 00.060905
  00.060910 00.060920 a        running
  00.060920 00.061440 a        waiting for the GIL, woken 00.061430
  00.061440 00.061450 a        running
  00.061450 00.061800 a        waiting for the GIL, woken 00.061500
  00.060900 00.062010 b        running
  00.062010 00.062520 b        waiting for the GIL, woken 00.062515
  00.062520 00.062530 b        running
  00.061800 00.062610 a        running
  00.062530 00.062900 b        waiting for the GIL, woken 00.062600
  00.062610 00.062910 a        forced switch, woken 00.062905
  00.062910 00.062920 a        running
  00.062920 00.063440 a        waiting for the GIL, woken 00.063430
  00.063440 00.063450 a        running
  00.063450 00.063800 a        waiting for the GIL, woken 00.063500
  00.062900 00.064010 b        running
  00.064010 00.064520 b        waiting for the GIL, woken 00.064515
  00.064520 00.064530 b        running
  00.063800 00.064610 a        running
  00.064530 00.064900 b        waiting for the GIL, woken 00.064600
  00.064610 00.064910 a        forced switch, woken 00.064905
  00.064910 00.064920 a        running
  00.064920 00.065440 a        waiting for the GIL, woken 00.065430
  00.065440 00.065450 a        running
  00.065450 00.065800 a        waiting for the GIL, woken 00.065500
  00.064900 00.066010 b        running
  00.066010 00.066520 b        waiting for the GIL, woken 00.066515
  00.066520 00.066530 b        running
  00.065800 00.066610 a        running
  00.066530 00.066900 b        waiting for the GIL, woken 00.066600
  00.066610 00.066910 a        forced switch, woken 00.066905
  00.066910 00.066920 a        running
  00.066920 00.067440 a        waiting for the GIL, woken 00.067430
  00.067440 00.067450 a        running
  00.067450 00.067800 a        waiting for the GIL, woken 00.067500
  00.066900 00.068010 b        running
  00.068010 00.068520 b        waiting for the GIL, woken 00.068515
  00.068520 00.068530 b        running
  00.067800 00.068610 a        running
  00.068530 00.068900 b        waiting for the GIL, woken 00.068600
  00.068610 00.068910 a        forced switch, woken 00.068905
  00.068910 00.068920 a        running
  00.068920 00.069440 a        waiting for the GIL, woken 00.069430
  00.069440 00.069450 a        running
  00.069450 00.069800 a        waiting for the GIL, woken 00.069500
  00.068900 00.070010 b        running
  00.070010 00.070520 b        waiting for the GIL, woken 00.070515
  00.070520 00.070530 b        running
  00.069800 00.070610 a        running
  00.070530 00.070900 b        waiting for the GIL, woken 00.070600
  00.070610 00.070910 a        forced switch, woken 00.070905
  00.070910 00.070920 a        running
  00.070920 00.071440 a        waiting for the GIL, woken 00.071430
  00.071440 00.071450 a        running
  00.071450 00.071800 a        waiting for the GIL, woken 00.071500
  00.070900 00.072010 b        running
  00.072010 00.072520 b        waiting for the GIL, woken 00.072515
  00.072520 00.072530 b        running
  00.071800 00.072610 a        running
  00.072530 00.072900 b        waiting for the GIL, woken 00.072600
  00.072610 00.072910 a        forced switch, woken 00.072905
  00.072910 00.072920 a        running
  00.072920 00.073440 a        waiting for the GIL, woken 00.073430
  00.073440 00.073450 a        running
  00.073450 00.073800 a        waiting for the GIL, woken 00.073500
  00.072900 00.074010 b        running
  00.074010 00.074520 b        waiting for the GIL, woken 00.074515
  00.074520 00.074530 b        running
  00.073800 00.074610 a        running
  00.074530 00.074900 b        waiting for the GIL, woken 00.074600
  00.074610 00.074910 a        forced switch, woken 00.074905
  00.074910 00.074920 a        running
  00.074920 00.075440 a        waiting for the GIL, woken 00.075430
  00.075440 00.075450 a        running
  00.075450 00.075800 a        waiting for the GIL, woken 00.075500
  00.074900 00.076010 b        running
  00.076010 00.076520 b        waiting for the GIL, woken 00.076515
  00.076520 00.076530 b        running
  00.075800 00.076610 a        running
  00.076530 00.076900 b        waiting for the GIL, woken 00.076600
  00.076610 00.076910 a        forced switch, woken 00.076905
  00.076910 00.076920 a        running
  00.076920 00.077440 a        waiting for the GIL, woken 00.077430
  00.077440 00.077450 a        running
  00.077450 00.077800 a        waiting for the GIL, woken 00.077500
  00.076900 00.078010 b        running
  00.078010 00.078520 b        waiting for the GIL, woken 00.078515
  00.078520 00.078530 b        running
  00.077800 00.078610 a        running
  00.078530 00.078900 b        waiting for the GIL, woken 00.078600
  00.078610 00.078910 a        forced switch, woken 00.078905
  00.078910 00.078920 a        running
  00.078920 00.079440 a        waiting for the GIL, woken 00.079430
  00.079440 00.079450 a        running
  00.079450 00.079800 a        waiting for the GIL, woken 00.079500
  00.078900 00.080010 b        running
  00.079800 00.080200 a        running
  00.080010 00.080200 b        waiting for the GIL, woken 00.080100
  00.080200 00.080300 b        running
  00.000001 00.080300 app      joining a thread, woken 00.080300
budget
  app      80300us = running, not sampled 1us + joining a thread 80299us
  a        80200us = running, not sampled 33400us + waiting for the GIL 22400us + forced switch 11800us + waiting for a CPU 12600us
  b        80300us = running, not sampled 44910us + waiting for the GIL 23090us + waiting for a CPU 12300us
GIL waits
  b spin (app.py:7): 35790us in 41, for a CPU 12300us; had by a spin (app.py:7)
  a spin (app.py:7): 35200us in 40, for a CPU 12400us; had by b spin (app.py:7)
  hand-overs known 81 of 81
locks
  join: app main (app.py:33): 80299us in 1; until  
finding gil-turns (serious): 2 threads compute in Python and only take turns: together they had the GIL for 56.2 ms and waited for it for 71.0 ms, 44.2 % of their time. More threads will not make this faster; processes, a free-threaded Python, or code that releases the GIL would.
  next: keelback whatif --no-gil
finding gil-interval (serious): The switch interval is 508 us, 5.00 ms is usual: the GIL changed hands 81 times, and 35.9 ms passed in hand-overs, in which nobody runs Python. A longer sys.setswitchinterval() makes fewer of them.
  next: keelback whatif --switch-interval 5ms
finding cpu-starvation (warning): Threads were ready to run but had no CPU for 24.9 ms, 24.1 % of the time they wanted one; a most, for 12.6 ms. 2 CPUs were online.
  next: keelback gil
