# What Octave's package "queueing" (Moreno Marzolla, 1.2.7) finds for the networks below: prints expected.txt.
#
#   apt-get install --no-install-recommends octave octave-queueing
#   octave-cli --quiet tests/theory/octave/expected.m > tests/theory/octave/expected.txt
#
# Each network is a block of lines, "NAME VALUE ...", whose matrices have a line for each class:
#   network, servers (by station; 0: a delay), population, think_time, demands, and then what was found, if it was.
1;
pkg load queueing;
warning("error", "qn:numerical-instability");
warning("off", "Octave:deprecated-function");
warning("off", "all", "local");

function put(name, values)
  for row = 1:rows(values)
    printf("%s%s\n", name, sprintf(" %.17g", values(row, :)));
  endfor
endfunction

function network(name, m, N, Z, D)
  printf("network %s\n", name);
  put("servers", m);
  put("population", N);
  put("think_time", Z);
  put("demands", D);
endfunction

# One class.
function one(name, N, Z, D, m, stable = true)
  network(name, m, N, Z, D);
  visits = ones(size(D));
  if stable
    [U R Q X] = qncsmva(N, D, visits, m, Z);
  else
    assert(Z == 0);
    service = D' ./ min(1:N, m');
    [U R Q X G] = qncsconvld(N, service, visits);
    # It finds what is left of a network without a station by subtraction, and all digits are lost again.
    for i = 1:columns(D)
      others = [1:i - 1, i + 1:columns(D)];
      [U R Q Y left] = qncsconvld(N, service(others, :), visits(others));
      p(i, :) = cumprod([1 service(i, :)]) .* fliplr(left) / G(N + 1);
    endfor
    R = (p * (0:N)')' / X(1);
  endif
  put("throughput", X(1));
  put("residence", R);
  # Its bounds take a delay for a station that can be the bottleneck.
  if all(m == 1)
    [Xl Xu Rl Ru] = qncsaba(N, D, visits, m, Z);
    put("asymptotic_throughput", [Xl Xu]);
    put("asymptotic_response", [Rl Ru]);
    [Xl Xu] = qncsbsb(N, D, visits, m, Z);
    put("balanced_throughput", [Xl Xu]);
  endif
endfunction

# Several classes. At a station of several servers the package wants one mean service for all classes, so a
# class's demand is how often it comes there.
function several(name, N, Z, D, m)
  network(name, m, N, Z, D);
  service = ones(size(D));
  own = m <= 1 & D > 0;
  service(own) = D(own);
  visits = D ./ service;
  [U R Q X] = qncmmva(N, service, visits, m, Z);
  put("throughput", (X(:, 1) ./ visits(:, 1))');
  put("residence", R .* visits);
  # Of its asymptotic bounds for several classes only the upper ones hold where a processor is shared.
  if all(m == 1)
    [Xl Xu] = qncmaba(N, service, visits, m, Z);
    put("asymptotic_throughput_upper", Xu);
  endif
endfunction

one("two_queues", 3, 0, [1 0.5], [1 1]);
one("with_think_time", 20, 15, [0.6 0.3 1.1], [1 1 1]);
one("with_a_delay", 12, 4, [0.5 8 0.9], [1 0 1]);
one("two_servers", 6, 0, [1 1.7], [1 2]);
one("four_and_eight_servers", 40, 10, [0.2 2 3], [1 4 8]);
one("more_servers_than_requests", 5, 1, [0.4 3], [1 16]);
# Where the textbook's probabilities lose their digits: it warns of them, so its convolution is asked.
one("a_busy_pool", 200, 0, [0.1 6.4 0.05], [1 8 1], false);
one("two_busy_pools", 120, 0, [0.9 15.9 7.6], [1 16 8], false);
several("two_classes", [3 5], [0 0], [1 0.4 0.3; 0.2 0.8 0.5], [1 1 1]);
several("two_classes_think", [10 4], [20 5], [1 0.4; 0.2 0.8], [1 1]);
several("two_classes_delay", [6 6], [0 12], [1 3 0.3; 0.2 5 0.5], [1 0 1]);
several("two_classes_pool", [8 5], [4 0], [0.3 3; 0.5 2], [1 4]);
several("three_classes_two_pools", [4 3 2], [0 5 1], [0.3 2 1; 0.4 1 1.5; 0.9 0.5 3], [1 3 2]);
several("a_class_elsewhere", [4 7], [1 0], [0.5 0.25 0.8; 0.125 0.5 0], [1 1 1]);
